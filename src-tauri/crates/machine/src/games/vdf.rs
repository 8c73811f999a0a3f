//! Steam's text files: quoted keys, each with a quoted value or a block in braces.

use std::str::Chars;

/// Steam's own files go four deep.
const DEEPEST: usize = 16;

/// Calls `leaf` with each value and the keys that lead to it. Stops where the text makes no sense.
pub(super) fn visit(text: &str, mut leaf: impl FnMut(&[String], &str)) {
    let mut chars = text.chars();
    let mut keys: Vec<String> = Vec::new();
    let mut named: Option<String> = None;
    while let Some(token) = token(&mut chars) {
        match (token, named.take()) {
            (Token::Text(value), Some(key)) => {
                keys.push(key);
                leaf(&keys, &value);
                keys.pop();
            }
            (Token::Text(key), None) => named = Some(key),
            (Token::Open, Some(key)) if keys.len() < DEEPEST => keys.push(key),
            (Token::Close, None) if !keys.is_empty() => drop(keys.pop()),
            (Token::Open | Token::Close, _) => return,
        }
    }
}

enum Token {
    Text(String),
    Open,
    Close,
}

fn token(chars: &mut Chars<'_>) -> Option<Token> {
    loop {
        match chars.next()? {
            '"' => return Some(Token::Text(quoted(chars))),
            '{' => return Some(Token::Open),
            '}' => return Some(Token::Close),
            _between => {}
        }
    }
}

fn quoted(chars: &mut Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(letter) = chars.next().filter(|letter| *letter != '"') {
        if letter == '\\' { text.extend(chars.next()) } else { text.push(letter) }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_with_the_keys_that_lead_to_them() {
        let text = r#""a" { "b" "1" "c" { "d\"e" "x\\y" } "f" "" } "g" "2""#;

        assert_eq!(leaves(text), ["a/b=1", r#"a/c/d"e=x\y"#, "a/f=", "g=2"]);
    }

    #[test]
    fn what_came_before_the_damage_is_kept() {
        assert_eq!(leaves(r#""a" { "b" "1" } } "c" "2""#), ["a/b=1"]);
        assert_eq!(leaves(r#""a" { "b" "1" { "c" "2""#), ["a/b=1"]);
        assert_eq!(leaves(r#""a" { "b" "1" "c" "cut"#), ["a/b=1", "a/c=cut"]);
        assert_eq!(leaves(&r#""a" {"#.repeat(100_000)), [""; 0]);
        assert_eq!(leaves("\u{0}\u{1}\\ plain words"), [""; 0]);
    }

    fn leaves(text: &str) -> Vec<String> {
        let mut leaves = Vec::new();
        visit(text, |keys, value| leaves.push(format!("{}={value}", keys.join("/"))));
        leaves
    }
}
