use super::{Colour, may_open, to_html};

fn html(source: &str) -> String {
    to_html(source, Colour::Yes)
}

#[test]
fn raw_html_is_shown_as_text() {
    let shown = html("<script>alert(1)</script>\n\nand <img src=x onerror=alert(1)> inline");

    assert!(!shown.contains("<script"), "{shown}");
    assert!(!shown.contains("<img"), "{shown}");
    assert!(shown.contains("&lt;script&gt;"), "{shown}");
    assert!(shown.contains("&lt;img"), "{shown}");
}

#[test]
fn links_that_run_or_read_files_are_only_text() {
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "/a",
        "ipc://x",
    ] {
        let shown = html(&format!("[click]({bad})"));

        assert!(!shown.contains("href"), "{bad}: {shown}");
        assert!(shown.contains("click"), "{bad}: {shown}");
    }
    assert!(!html("<javascript:alert(1)>").contains("href"));
    assert!(!html("[click](java\tscript:alert(1))").contains("href"));
    assert!(!html("[click][a]\n\n[a]: javascript:alert(1)").contains("href"));
}

#[test]
fn links_to_the_web_and_to_mail_stay() {
    assert!(html("[a](https://example.org/?a=1&b=2)").contains("href=\"https://example.org/?a=1&amp;b=2\""));
    assert!(html("<https://example.org>").contains("href=\"https://example.org\""));
    assert!(html("[a](mailto:a@example.org)").contains("href=\"mailto:a@example.org\""));
    assert!(may_open("HTTPS://example.org"));
}

#[test]
fn an_address_cannot_leave_its_attribute() {
    let shown = html("[a](<https://example.org/\"onmouseover=\"alert(1)>)");

    assert!(shown.contains("&quot;onmouseover=&quot;"), "{shown}");
    assert!(!shown.contains("\"onmouseover"), "{shown}");
}

#[test]
fn pictures_are_never_fetched() {
    let shown = html("![a cat](https://example.org/cat.png) ![x](javascript:alert(1))");

    assert!(!shown.contains("<img"), "{shown}");
    assert!(shown.contains("href=\"https://example.org/cat.png\""), "{shown}");
    assert!(shown.contains(">a cat</a>"), "{shown}");
    assert!(!shown.contains("javascript"), "{shown}");
}

#[test]
fn a_picture_in_a_link_does_not_nest_links() {
    let shown = html("[![a cat](https://example.org/cat.png)](https://example.org)");

    assert_eq!(shown.matches("<a ").count(), 1, "{shown}");
    assert!(shown.contains("a cat"), "{shown}");
}

#[test]
fn code_is_escaped_and_labelled() {
    let shown = html("```html\n<b onclick=\"x\">&amp;</b>\n```");

    assert!(!shown.contains("<b "), "{shown}");
    assert!(shown.contains("data-copy"), "{shown}");
    assert!(shown.to_lowercase().contains(">html<"), "{shown}");
}

#[test]
fn a_language_name_cannot_carry_markup() {
    let shown = html("```<img/onerror=alert(1)>\nx\n```");

    assert!(!shown.contains("<img"), "{shown}");
}

#[test]
fn tables_lists_and_strikethrough_work() {
    assert!(html("|a|b|\n|-|-|\n|1|2|").contains("<table>"));
    assert!(html("- [x] done").contains("task done"));
    assert!(html("~~gone~~").contains("<del>gone</del>"));
}
