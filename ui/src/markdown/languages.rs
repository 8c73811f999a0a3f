//! What the highlighter knows of each language: how comments and strings look, and which words are reserved.

/// How to read code of one language, or of several that look alike.
#[derive(Debug)]
pub(super) struct Language {
    /// What the code block's corner says.
    pub(super) label: &'static str,
    /// Names after the fence, in lower case.
    names: &'static [&'static str],
    pub(super) family: Family,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// What opens and closes a string; longer ones first. Three of a kind may span lines.
    pub(super) quotes: &'static [&'static str],
    /// Reserved words, between spaces.
    pub(super) keywords: &'static str,
    /// Whether reserved words may be written in either case.
    pub(super) any_case: bool,
}

/// Which lexer reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Words, strings, numbers, comments.
    Plain,
    /// As plain; a quote may also begin a lifetime.
    Rust,
    /// As plain; `$NAME` is a variable.
    Shell,
    /// As plain; a name before a colon or an equals sign is a key.
    Keys,
    /// Tags and attributes.
    Markup,
    /// Lines added and removed.
    Diff,
}

const fn plain(
    label: &'static str,
    names: &'static [&'static str],
    line_comments: &'static [&'static str],
    keywords: &'static str,
) -> Language {
    Language {
        label,
        names,
        family: Family::Plain,
        line_comments,
        block_comment: Some(("/*", "*/")),
        quotes: &["\"", "'"],
        keywords,
        any_case: false,
    }
}

static ALL: &[Language] = &[
    Language {
        family: Family::Rust,
        quotes: &["\""],
        ..plain(
            "Rust",
            &["rust", "rs"],
            &["//"],
            " as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while ",
        )
    },
    Language {
        block_comment: None,
        quotes: &["\"\"\"", "'''", "\"", "'"],
        ..plain(
            "Python",
            &["python", "py", "python3"],
            &["#"],
            " and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield ",
        )
    },
    Language {
        quotes: &["\"", "'", "`"],
        ..plain("JavaScript", &["javascript", "js", "jsx", "mjs", "node"], &["//"], JAVASCRIPT)
    },
    Language { quotes: &["\"", "'", "`"], ..plain("TypeScript", &["typescript", "ts", "tsx"], &["//"], JAVASCRIPT) },
    plain("C", &["c", "h"], &["//"], C_LIKE),
    plain("C++", &["cpp", "c++", "cc", "cxx", "hpp", "hlsl", "glsl", "cuda"], &["//"], C_LIKE),
    plain("C#", &["csharp", "cs", "c#"], &["//"], C_LIKE),
    plain("Java", &["java"], &["//"], C_LIKE),
    plain(
        "Kotlin",
        &["kotlin", "kt"],
        &["//"],
        " as break by class companion continue data do else enum false final for fun if import in interface internal is null object open override package private protected public return sealed super suspend this throw true try val var when while ",
    ),
    plain(
        "Swift",
        &["swift"],
        &["//"],
        " as async await break case catch class continue default defer do else enum extension false for func guard if import in init inout internal is let nil override private protocol public return self static struct super switch throw throws true try var where while ",
    ),
    Language {
        quotes: &["\"", "'", "`"],
        ..plain(
            "Go",
            &["go", "golang"],
            &["//"],
            " any break case chan const continue default defer else error fallthrough false for func go goto if import interface iota make map nil package range return select string struct switch true type var int ",
        )
    },
    plain(
        "PHP",
        &["php"],
        &["//", "#"],
        " abstract array as break case catch class const continue default do echo else elseif extends false final finally fn for foreach function if implements interface match namespace new null private protected public return static switch this throw true try use var while ",
    ),
    Language {
        block_comment: Some(("--[[", "]]")),
        ..plain(
            "Lua",
            &["lua", "luau"],
            &["--"],
            " and break continue do else elseif end false for function goto if in local nil not or repeat return self then true until while ",
        )
    },
    Language {
        block_comment: None,
        quotes: &["\"\"\"", "\"", "'"],
        ..plain(
            "GDScript",
            &["gdscript", "gd"],
            &["#"],
            " and as await break class class_name const continue elif else enum export extends false for func if in is match not null onready or pass return self setget signal static super true var while ",
        )
    },
    Language {
        block_comment: None,
        ..plain(
            "Ruby",
            &["ruby", "rb"],
            &["#"],
            " and begin break case class def do else elsif end ensure false for if in module next nil not or puts require rescue return self super then true unless until when while yield ",
        )
    },
    Language {
        family: Family::Shell,
        block_comment: None,
        ..plain(
            "Shell",
            &["bash", "sh", "shell", "zsh", "console", "fish"],
            &["#"],
            " case do done elif else esac exit export fi for function if in local return set source then until while echo cd sudo ",
        )
    },
    Language {
        family: Family::Shell,
        block_comment: Some(("<#", "#>")),
        any_case: true,
        ..plain(
            "PowerShell",
            &["powershell", "ps1", "pwsh"],
            &["#"],
            " begin break catch continue else elseif end exit finally for foreach function if in param process return switch throw try until while ",
        )
    },
    Language {
        any_case: true,
        quotes: &["'", "\"", "`"],
        ..plain(
            "SQL",
            &["sql", "sqlite", "postgresql", "mysql"],
            &["--"],
            " add all alter and as asc begin between by case column commit create cross default delete desc distinct drop else end exists foreign from full group having if in index inner insert integer into is join key left like limit not null on or order outer primary references right rollback select set table text then union unique update values view when where with ",
        )
    },
    Language {
        family: Family::Keys,
        block_comment: None,
        quotes: &["\""],
        ..plain("JSON", &["json", "jsonc", "json5"], &["//"], " true false null ")
    },
    Language {
        family: Family::Keys,
        block_comment: None,
        quotes: &["\"\"\"", "'''", "\"", "'"],
        ..plain("TOML", &["toml", "ini", "conf", "properties"], &["#", ";"], " true false ")
    },
    Language {
        family: Family::Keys,
        block_comment: None,
        ..plain("YAML", &["yaml", "yml"], &["#"], " true false null yes no on off ")
    },
    Language {
        family: Family::Keys,
        ..plain("CSS", &["css", "scss", "less"], &["//"], " important inherit initial auto none ")
    },
    Language {
        family: Family::Markup,
        block_comment: Some(("<!--", "-->")),
        ..plain("HTML", &["html", "htm", "vue", "svelte"], &[], "")
    },
    Language {
        family: Family::Markup,
        block_comment: Some(("<!--", "-->")),
        ..plain("XML", &["xml", "svg", "xaml"], &[], "")
    },
    Language { family: Family::Diff, block_comment: None, ..plain("Diff", &["diff", "patch"], &[], "") },
];

const JAVASCRIPT: &str = " abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function if implements import in instanceof interface keyof let namespace new null number of private protected public readonly return static string super switch this throw true try type typeof undefined unknown var void while yield ";
const C_LIKE: &str = " abstract alignas auto base bool boolean break byte case catch char class const constexpr continue decimal default delete do double else enum explicit extends extern false final finally float for foreach friend get goto if implements import in include inline int interface internal is let long namespace new noexcept null nullptr object operator out override package params private protected public readonly ref return sealed set short signed sizeof static string struct super switch synchronized template this throw throws true try typedef typename uint union unsigned using var virtual void volatile while yield async await define ifdef ifndef endif pragma ";

/// The language of this name, if it is known.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    let name = name.to_ascii_lowercase();
    ALL.iter().find(|language| language.names.contains(&name.as_str()))
}
