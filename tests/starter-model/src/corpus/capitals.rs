//! The capitals of 40 countries, and the countries that are refused, real and invented.

use super::phrasing::{careless, expand, normalised, say};
use super::{Kind, Question};
use crate::random::Random;

const REFUSAL: &str = "I do not know that capital. I only know the capitals of 40 countries.";

/// Country as in the answer, capital, and further names of the country in questions.
const KNOWN: [(&str, &str, &[&str]); 40] = [
    ("Argentina", "Buenos Aires", &[]),
    ("Australia", "Canberra", &[]),
    ("Austria", "Vienna", &[]),
    ("Belgium", "Brussels", &[]),
    ("Brazil", "Brasilia", &[]),
    ("Bulgaria", "Sofia", &[]),
    ("Canada", "Ottawa", &[]),
    ("China", "Beijing", &[]),
    ("Croatia", "Zagreb", &[]),
    ("Cuba", "Havana", &[]),
    ("Czechia", "Prague", &["the Czech Republic"]),
    ("Denmark", "Copenhagen", &[]),
    ("Egypt", "Cairo", &[]),
    ("Estonia", "Tallinn", &[]),
    ("Finland", "Helsinki", &[]),
    ("France", "Paris", &[]),
    ("Germany", "Berlin", &[]),
    ("Greece", "Athens", &[]),
    ("Hungary", "Budapest", &[]),
    ("Iceland", "Reykjavik", &[]),
    ("India", "New Delhi", &[]),
    ("Ireland", "Dublin", &[]),
    ("Italy", "Rome", &[]),
    ("Japan", "Tokyo", &[]),
    ("Kenya", "Nairobi", &[]),
    ("Mexico", "Mexico City", &[]),
    ("the Netherlands", "Amsterdam", &["Netherlands"]),
    ("New Zealand", "Wellington", &[]),
    ("Norway", "Oslo", &[]),
    ("Poland", "Warsaw", &[]),
    ("Portugal", "Lisbon", &[]),
    ("Romania", "Bucharest", &[]),
    ("South Korea", "Seoul", &[]),
    ("Spain", "Madrid", &[]),
    ("Sweden", "Stockholm", &[]),
    ("Switzerland", "Bern", &[]),
    ("Thailand", "Bangkok", &[]),
    ("Ukraine", "Kyiv", &[]),
    ("the United Kingdom", "London", &["the UK", "UK", "Great Britain"]),
    ("the United States", "Washington, D.C.", &["the USA", "USA", "the US", "America", "the United States of America"]),
];

const UNKNOWN: &str = "Afghanistan|Albania|Algeria|Angola|Armenia|Azerbaijan|Bahrain|Bangladesh|Belarus|Bolivia|Botswana|\
    Burkina Faso|Cambodia|Cameroon|Chad|Chile|Colombia|Costa Rica|Cyprus|Ecuador|El Salvador|Eritrea|Ethiopia|Fiji|Gabon|\
    Georgia|Ghana|Guatemala|Haiti|Honduras|Indonesia|Iran|Iraq|Israel|Jamaica|Jordan|Kazakhstan|Kuwait|Laos|Latvia|Lebanon|\
    Libya|Lithuania|Luxembourg|Madagascar|Malaysia|Mali|Malta|Moldova|Monaco|Mongolia|Morocco|Mozambique|Namibia|Nepal|\
    Nicaragua|Niger|North Korea|Oman|Pakistan|Panama|Paraguay|the Philippines|Qatar|Rwanda|Saudi Arabia|Scotland|Senegal|\
    Singapore|Slovenia|Somalia|South Africa|Sri Lanka|Sudan|Syria|Taiwan|Tanzania|Tunisia|Uganda|Uruguay|Venezuela|Vietnam|\
    Yemen|Zimbabwe|Texas|California|Bavaria|Tuscany|Europe|Africa|Asia|the moon|Mars|Atlantis|Wakanda|the world|my country|Gondor";
/// Never trained on: a model that refuses these has learnt to refuse, not a list.
const UNKNOWN_FRESH: &str = "Peru|Zambia|Togo|Slovakia|Serbia|Nigeria|Russia|Bhutan|Myanmar|Malawi|Ohio|Narnia|Samoa|Brunei|\
    Guinea|Liechtenstein|Uzbekistan|the Bahamas|Florida|Antarctica";

const ASK: [&str; 24] = [
    "What is the capital of X?",
    "What is the capital of X?",
    "What is the capital city of X?",
    "What's the capital {city |}of X?",
    "whats the capital {city |}of X",
    "capital of X",
    "Capital {city |}of X?",
    "the capital of X",
    "X capital",
    "X's capital?",
    "What is X's capital{ city|}?",
    "Which city is the capital of X?",
    "What city is the capital of X?",
    "Name the capital {city |}of X.",
    "Tell me the capital of X.",
    "Do you know the capital {city |}of X?",
    "Can you {name|tell me} the capital of X?",
    "Give me the capital of X.",
    "Which city is X's capital?",
    "I need the capital of X.",
    "What is the name of the capital of X?",
    "Where is the capital of X?",
    "{And|and} {of|the capital of|what about the capital of} X?",
    "Could you tell me what the capital of X is?",
];

const SYLLABLES: [&str; 26] = [
    "ba", "cor", "dal", "el", "fen", "gar", "hu", "is", "jo", "kal", "lor", "mi", "nor", "os", "pra", "qui", "ro",
    "sta", "tul", "ur", "vel", "wes", "xa", "yor", "zem", "lan",
];

/// Asks for one of the 40 capitals.
pub(super) fn draw(random: &mut Random) -> Question {
    let (country, capital, others) = random.pick(&KNOWN);
    let name = if !others.is_empty() && random.percent(50) { random.pick(others) } else { country };
    let text = say(random.pick(&ASK), random).replace('X', name);
    Question { text: careless(&text, random), ..question(&text, country, capital) }
}

/// Chooses `each` wordings for every country that training must not see, all different.
pub(super) fn held_out(each: usize, random: &mut Random) -> Vec<Question> {
    let patterns: Vec<String> = ASK.iter().filter(|p| p.contains("capital")).flat_map(|p| expand(p)).collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut questions = vec![question("What is the capital of France?", "France", "Paris")];
    seen.insert(normalised(&questions[0].text));
    for (country, capital, _) in KNOWN {
        let mut left = each;
        while left > 0 {
            let text = patterns[random.below(patterns.len())].replace('X', country);
            if seen.insert(normalised(&text)) {
                questions.push(question(&text, country, capital));
                left -= 1;
            }
        }
    }
    questions
}

/// Asks for a capital that the model must refuse to guess.
pub(super) fn refused(random: &mut Random) -> Question {
    let names: Vec<&str> = UNKNOWN.split('|').collect();
    let name = if random.percent(55) { invented(random) } else { random.pick(&names).to_owned() };
    let text = say(random.pick(&ASK), random).replace('X', &name);
    refusal(&careless(&text, random))
}

/// Asks for the capitals of countries that training never names.
pub(super) fn refused_held_out(random: &mut Random) -> Vec<Question> {
    UNKNOWN_FRESH.split('|').map(|name| refusal(&say(random.pick(&ASK[..20]), random).replace('X', name))).collect()
}

fn question(text: &str, country: &str, capital: &str) -> Question {
    let stop = if capital.ends_with('.') { "" } else { "." };
    let answer = format!("The capital of {country} is {capital}{stop}");
    Question { kind: Kind::Capital, text: text.to_owned(), answer }
}

fn refusal(text: &str) -> Question {
    Question { kind: Kind::Unknown, text: text.to_owned(), answer: REFUSAL.to_owned() }
}

/// Makes up a name.
pub(super) fn invented(random: &mut Random) -> String {
    let name: String = (0..2 + random.below(2)).map(|_| random.pick(&SYLLABLES)).collect();
    name[..1].to_uppercase() + &name[1..] + random.pick(&["", "", "ia", "land", "stan", "a"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_country_is_both_known_and_unknown() {
        for (country, _, _) in KNOWN {
            assert!(!UNKNOWN.split('|').chain(UNKNOWN_FRESH.split('|')).any(|name| name == country), "{country}");
        }
    }

    #[test]
    fn what_is_held_out_is_asked_once() {
        let questions = held_out(2, &mut Random::new(1));

        let texts: std::collections::BTreeSet<_> = questions.iter().map(|q| normalised(&q.text)).collect();

        assert_eq!(texts.len(), 81);
    }
}
