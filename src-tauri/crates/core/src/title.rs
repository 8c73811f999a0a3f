//! What a conversation is called until its owner names it.

const LONGEST: usize = 60;

/// The first line of a question, cut at a word near sixty characters.
pub fn of(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("New chat");
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let head: String = line.chars().take(LONGEST).collect();
    let cut = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_question_is_its_own_title() {
        assert_eq!(of("\n  What is 2+2?\nPlease."), "What is 2+2?");
    }

    #[test]
    fn a_long_question_is_cut_at_a_word() {
        let title = of(&"word ".repeat(40));

        assert!(title.ends_with("word…") && title.chars().count() <= LONGEST, "{title}");
    }

    #[test]
    fn nothing_gets_a_name_all_the_same() {
        assert_eq!(of(" \n "), "New chat");
    }
}
