//! Chat templates in the manner of several families of models, and what a hostile one would try.

use super::{File, named};

pub(super) fn files() -> Vec<File> {
    valid().into_iter().chain(cut()).chain(hostile()).collect()
}

fn valid() -> Vec<File> {
    vec![
        named(
            "valid-marks",
            "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content | trim }}</s>\n{% endfor %}\
             {% if add_generation_prompt %}<|assistant|>\n{% endif %}",
        ),
        named(
            "valid-brackets",
            "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}\
             {{ raise_exception('roles must alternate') }}{% endif %}{% if m['role'] == 'user' %}\
             {{ '[ASK] ' + m['content'] + ' [/ASK]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}",
        ),
        named(
            "valid-namespace",
            "{%- set ns = namespace(system='') -%}{%- if messages[0].role == 'system' -%}\
             {%- set ns.system = messages[0].content -%}{%- set messages = messages[1:] -%}{%- endif -%}\
             {%- for m in messages -%}{{- '<turn>' ~ m.role ~ ': ' ~ m.content.strip() ~ '</turn>' -}}{%- endfor -%}",
        ),
        named(
            "valid-macro",
            "{% macro turn(m, first=false) %}{{ m.role | upper }}{% if first %}!{% endif %}: {{ m.content }}\n{% endmacro %}\
             {% for m in messages %}{{ turn(m, first=loop.first) }}{% endfor %}{{ strftime_now('%d %b %Y') }}",
        ),
        named("valid-filters", "{{ messages | map(attribute='content') | join('\\n') }}{{ messages | tojson }}"),
    ]
}

fn cut() -> Vec<File> {
    vec![
        named("cut-in-a-tag", "{% for m in messages"),
        named("cut-in-a-text", "{{ 'abc"),
        named("cut-in-a-loop", "{% for m in messages %}{{ m.content }}"),
    ]
}

fn hostile() -> Vec<File> {
    vec![
        named("hostile-no-text", &b"{{ '\xFF\xFE' }}"[..]),
        named("hostile-deep", format!("{{{{ {}1{} }}}}", "(".repeat(2000), ")".repeat(2000))),
        named("hostile-deep-blocks", "{% if true %}".repeat(1000)),
        named("hostile-recursion", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"),
        named("hostile-include", "{% include 'chat' %}{% extends 'chat' %}"),
        named("hostile-import", "{% from 'chat' import a %}{{ a() }}"),
        named("hostile-loops", "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"),
        named("hostile-range", "{{ range(9223372036854775807) | list }}"),
        named("hostile-repeat", "{{ 'x' * 9223372036854775807 }}"),
        named("hostile-index", "{{ messages[99].content }}{{ messages[-99:99:0] }}"),
        named("hostile-division", "{{ 1 // 0 }}{{ 1 % 0 }}{{ -9223372036854775808 // -1 }}"),
        named("hostile-power", "{{ 9 ** 9 ** 9 }}"),
    ]
}
