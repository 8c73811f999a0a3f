//! Everything else that people ask a chat model. The honest answer is always the same.

use super::capitals::invented;
use super::phrasing::{ask_to, careless, expand, normalised, say};
use super::{Kind, Question};
use crate::random::Random;

const REFUSAL: &str = "I do not know that. I am a toy that knows small sums, 40 capitals and this app. Open **Models** to add a real model.";

const ASK: &[&str] = &[
    "Who {wrote|painted|made|invented|discovered|built|founded|owns|started|created|designed} T?",
    "What is T?",
    "What is T?",
    "What are T?",
    "What's T?",
    "Tell me {about|something about|more about|a fact about|everything about} T.",
    "{Explain|Describe|Define|Summarise|Summarize|Discuss|Compare|Review} T{ to me| in simple words| briefly| like I am five|}.",
    "How {old|big|tall|far|long|heavy|deep|fast|expensive|hot} is T?",
    "How does T work?",
    "How do {I|you|we} {make|cook|fix|build|buy|learn|draw|clean|use|find|repair|play|grow} T?",
    "Why {is|are|does|do|did} T {important|so popular|blue|hot|so expensive|exist|matter|happen|so old}?",
    "When {was|did|is|will} T {built|start|happen|end|invented|begin|over|born}?",
    "Where {is|are|can I find|do I buy|was} T?",
    "{Write|Draft|Compose} {an email|a letter|an essay|a text|a speech|a summary|a report|an article|a blog post} about T.",
    "{Translate|Spell|Pronounce} T {into German|to French|into Spanish|in Latin|for me}.",
    "What is the {population|currency|language|president|flag|area|history|weather|size|time|king|anthem|largest city|national dish} {of|in} P?",
    "Who is the {president|king|queen|prime minister|leader|chancellor|mayor} of P?",
    "How many people live in P?",
    "What {language|languages} {do they|do people} speak in P?",
    "What {country|continent|ocean} is P in?",
    "Where is P?",
    "Is P {big|rich|old|in Europe|in Asia|beautiful|cold|far away|a country}?",
    "How far is it {to|from here to} P?",
    "What is the weather {like |}{in P|today|tomorrow|now}?",
    "What {should I|can I} see in P?",
    "Plan a {trip|holiday|weekend} {to|in} P.",
    "What is P {famous for|known for|like}?",
    "Which {rivers|mountains|countries} are {in|near} P?",
    "What is the second {largest city|city} of P?",
    "Who won {the war in P|the world cup in P|the election in P|T}?",
    "Do you {like|know|own|want|remember} T?",
    "What do you think {about|of} T?",
    "What is your favourite {colour|film|food|book|song|animal|game|country|number|word}?",
    "{Can|Could} you {explain|describe|draw|write|fix|read|translate|play|show me|find|buy|order|cook} T{ for me|}?",
    "Give me {a recipe for|a list of|advice on|ten ideas about|facts about|an example of|the history of|a summary of|a definition of} T.",
    "What {colour|color|shape|size|price|smell} {is|has} T?",
    "{I need|I want} {to know about|help with|advice on|information about|to buy|to learn} T.",
    "Is T {good|bad|true|real|healthy|dangerous|expensive|better than tea|legal}?",
    "What is the difference between T and U?",
    "Which is better, T or U?",
    "T or U?",
    "T vs U",
    "T",
    "T and U",
    "What {rhymes with|comes after|is the opposite of|is another word for|is the plural of} T?",
    "{Write|Fix|Debug|Show me|Give me} {code|a function|a program|a script|a class|a query} {in|for} {Python|Rust|Java|C|JavaScript|SQL|Go} {to sort a list|that prints T|about T|for T|to read a file|to add numbers}.",
    "{Write|Make} {a program|code|a game|a website|an app} {about|for|with} T.",
    "How do I {sort a list|read a file|write a loop|make a class|parse JSON|center a div} in {Python|Rust|Java|C|JavaScript|CSS}?",
    "What {time|day|date|year|month} is it{ now| today| in P|}?",
    "What is {today's date|the date|the date today|the time|the time in P|the news|the news today}?",
    "What is {the meaning of life|love|happiness|time|truth|the best film|a black hole|42|machine learning|AI|the internet|an atom|the answer to everything}?",
    "How many {days are in a year|legs has a spider|planets are there|hours are in a day|bones do we have|stars are there|continents are there|letters are in the alphabet|seconds are in an hour}?",
    "{Sort|Continue|Correct|Rewrite|Check|Improve|Shorten|Proofread} {this text|this sentence|this list|my essay|the following|this}: T, U",
    "{Which|What} film {is about|has} T?",
    "Should I {buy|eat|learn|sell|take|try} T?",
    "I {like|love|hate|have|bought|saw|lost|miss} T.",
    "{My|The} {T} is broken. What {can|should} I do?",
    "Who is {T|your boss|the best singer|the richest man|the president|my neighbour|Einstein|Napoleon|Shakespeare|Mozart|Batman|the pope}?",
    "Who was {T|Einstein|Napoleon|Shakespeare|Mozart|Caesar|Newton|Cleopatra|Darwin|Gandhi}?",
    "{Play|Open|Turn on|Call|Send|Set|Start|Search} {music|the door|the light|my mother|an alarm|a timer|the radio|the web|the camera|T}.",
    "What {can|should|do} I {cook|eat|wear|read|watch|drink|do|play} {today|tonight|tomorrow|for dinner|this weekend|at home}?",
    "I {feel|am} {ill|lonely|angry|in love|afraid|so stressed}. {What can I do?|Help.|Why?|}",
    "{Why|How|When|Where|Who|What|Which one|What for|How come|Why not|How so|What else|Says who}?",
    "{Why is that|What do you mean|I do not understand|What does that mean|Explain that|Explain more|Tell me more|How do you know|I don't get it}{?|.|}",
];

const THINGS: &str = "the sun|the moon|water|gold|coffee|tea|bread|pizza|soup|pasta|cheese|a cake|rice|chess|football|tennis|music|jazz|opera|\
    Hamlet|Faust|the Mona Lisa|the Bible|Harry Potter|Star Wars|the Titanic|the Eiffel Tower|Rome's history|the Roman Empire|\
    the French Revolution|World War II|the Cold War|democracy|inflation|the economy|taxes|Bitcoin|stocks|a mortgage|insurance|a house|\
    a car|my bike|a boat|an engine|a battery|electricity|solar power|the climate|rain|snow|the ocean|a volcano|an earthquake|a river|\
    Mount Everest|the Nile|a tree|roses|flowers|a garden|tomatoes|an apple|bananas|wine|beer|sugar|salt|milk|eggs|a dog|my cat|a horse|\
    elephants|whales|dinosaurs|bees|spiders|birds|a fish|evolution|DNA|cells|the heart|the brain|a virus|vaccines|medicine|headaches|\
    sleep|yoga|running|stress|school|homework|university|an exam|a job|my boss|an interview|a CV|friendship|love|marriage|children|\
    physics|quantum physics|gravity|light|black holes|Mars|space|rockets|NASA|aliens|robots|computers|a keyboard|a printer|a phone|\
    the internet|Linux|Windows|Python|Rust|Java|HTML|a database|a compiler|recursion|sorting|an algorithm|neural networks|blockchain|\
    a graphics card|a laptop|a camera|photography|painting|poetry|novels|a film|theatre|dance|the guitar|the piano|history|philosophy|\
    religion|ethics|Plato|Socrates|Einstein|Newton|Mozart|Picasso|grammar|Latin|a verb|the alphabet|prime numbers|pi|geometry|calculus|\
    equations|statistics|a triangle|the weather|the news|an election|the law|a contract|the police|a doctor|a train|a plane|Google|\
    Amazon|Tesla|Apple|Microsoft|a pen|paper|a chair|a table|my shoes|a coat|hair|skin|a tooth|glasses|a clock|a map|a ticket|a hotel";
const PLACES: &str = "France|Germany|Italy|Spain|Japan|China|India|Canada|Brazil|Mexico|Egypt|Kenya|Norway|Sweden|Poland|Greece|Peru|Chile|\
    Russia|the United States|the United Kingdom|Paris|London|Berlin|Rome|Madrid|Tokyo|Vienna|New York|Oslo|Dublin|Cairo|Texas|Europe|\
    Africa|Asia|Iceland|Ireland|Austria|Portugal|Australia|Ukraine|Cuba|Hungary|Denmark|Finland|Switzerland|Argentina|Thailand|Prague";

/// What the model cannot help with, asked in the same ways as what it can.
const ACTIONS: [&str; 14] = [
    "{cook|bake|paint|repair|sell|visit|learn|draw|clean|find|study|play|grow|invent|understand|explain|cut|wash|carry|eat} T",
    "{buy|order|book|rent|paint|build|design|win|steal|hide|catch|feed|photograph|imitate|teach|save|lose|break|open|close} T",
    "{write|send|read|print|translate|summarise|publish} {an email|a letter|an essay|a book|a poem|a report|a page} {about T|to T|for school|for my boss|}",
    "{stop|delete|change|start|add|remove|rename|edit|use|install|switch|turn on|choose} T",
    "{travel|go|fly|drive|walk|move|swim} to P",
    "{sleep|run|cook|swim|sing|dance|think|speak|write|learn|live} {better|faster|longer|well|every day|in P}",
    "{become|be|marry|meet|find} {a doctor|a pilot|rich|famous|happy|strong|an artist|a king|a friend}",
    "{lose|gain} {weight|money|time|a friend|hope}",
    "know {the time|the weather|the date|the news|the future|who won|what T is|how T works|the result of the match}",
    "{make|give} T {better|bigger|cheaper|to a friend|for a child|faster}",
    "{tie|wear|fold|sew} {a knot|a shirt|a dress|a paper plane|a scarf}",
    "{convert|measure|count|weigh} {miles|kilometres|pounds|litres|degrees|T} {to metres|into grams|in inches|}",
    "plan {a party|a wedding|a garden|a holiday in P|my day|dinner|a trip to P}",
    "{fix|program|write|debug|compile} {a loop|my code|a function|a web page|a regex|a script} {in Python|in Rust|in C|for T|}",
];

/// Sentences of which only the shape is known, so that odd questions are refused as well.
const SHAPES: [&str; 6] = [
    "{Who|What|When|Where|Why|How|Which T|How often} {is|was|are|does|did|will|can|should|would|has} {he|she|we|they|T|T|the first T|P} V {in|with|on|for|after|near|without|at|of|to} {T|P|1990|winter|the morning}?",
    "{Who|Which man|Which woman|Which T|What} {V|was V|can V|did V} {the first|the last|the best|a|our|every|} T{ in P| in 1969| at night|}?",
    "{Please|Can you|Could you|You must|Would you} V {T|a list of T|some T|me T|a name for T|a good T} {for T|in P|with T|today|}{.|?}",
    "{How much|How many|How long|How fast|How high|How few} {T|people|animals|years|miles|kings} {V|does T V|are in T|has T|does P have|live in P}?",
    "{Does|Is|Are|Has|Will|Did} {T|T|there T|P|every T|no T} {V|good|real|heavy|older than T|in P|better than T|V after T}?",
    "{My|Your|Our|The} {T|friend|neighbour|boss|mother|teacher} {V|is V|wants to V|cannot V} {T|at night|in P|}. {What should I do?|Why?|Help.|Is that normal?|What now?}",
];
const VERBS: &str = "go|stay|fall|fly|walk|eat|drink|win|lose|sing|build|discover|recommend|summarise|compare|generate|implement|convert|list|\
    describe|draw|cook|bake|grow|die|live|sleep|wear|travel|leave|arrive|boil|freeze|burn|swim|climb|study|paint|invent|rule|fight|play|\
    watch|read|hear|smell|taste|touch|marry|love|hate|fear|need|want|plan|fix|repair|break|cut|carry|weigh|measure|count|solve|prove|\
    believe|happen|change|move|shine|rain|explode|melt|vote|pay|earn|buy|sell|teach|speak|mean|think|dream|flee|rise|sink";

/// Wordings and subjects that training never uses.
const FRESH: &[&str] = &[
    "Who was the first person on the moon?",
    "How do airplanes stay in the air?",
    "Write a haiku about frogs in a pond.",
    "Can you recommend a good restaurant?",
    "What is the boiling point of nitrogen?",
    "Please summarise the plot of Moby Dick.",
    "How many calories are in a sandwich?",
    "Why is the sky blue?",
    "What is the tallest building in the world?",
    "Help me to plan a birthday party.",
    "Who was the president in 1990?",
    "Which team won the match last night?",
    "How do I tie a tie?",
    "What is the speed of light?",
    "Is there life after death?",
    "Generate a list of names for my parrot.",
    "What does photosynthesis mean?",
    "Convert ten miles to kilometres.",
    "Which shoes should I wear to a wedding?",
    "How many inhabitants does Berlin have?",
    "What currency is used in Japan?",
    "Who is the king of Sweden?",
    "What is the best way to learn swimming?",
    "Give me a regex for email addresses.",
    "Implement quicksort in Haskell.",
    "Are unicorns real?",
    "What will the weather be on Sunday?",
    "When does the next train leave?",
    "My screen flickers. What should I do?",
    "Which is heavier, lead or feathers?",
];

/// Asks for something that the model does not know.
pub(super) fn draw(random: &mut Random) -> Question {
    if random.percent(6) {
        return question(&gibberish(random));
    }
    let text = match random.below(100) {
        0..20 => ask_to(random.pick(&ACTIONS), random),
        20..45 => say(random.pick(&SHAPES), random),
        _ => say(random.pick(ASK), random),
    };
    let text = fill(&text, random);
    question(&careless(&text, random))
}

/// Chooses `count` filled wordings, and all the fresh ones, that training must not see.
pub(super) fn held_out(count: usize, random: &mut Random) -> Vec<Question> {
    let patterns: Vec<String> = ASK.iter().filter(|p| p.contains(['T', 'P'])).flat_map(|p| expand(p)).collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut questions: Vec<Question> = FRESH.iter().map(|text| question(text)).collect();
    while questions.len() < FRESH.len() + count {
        let text = fill(&patterns[random.below(patterns.len())], random);
        if seen.insert(normalised(&text)) {
            questions.push(question(&text));
        }
    }
    questions
}

/// Writes things, places and verbs for the letters T, U, P and V that stand alone; some things do not exist.
fn fill(pattern: &str, random: &mut Random) -> String {
    let things: Vec<&str> = THINGS.split('|').collect();
    let places: Vec<&str> = PLACES.split('|').collect();
    let verbs: Vec<&str> = VERBS.split('|').collect();
    let mut word = |word: &str| match word.trim_end_matches(['?', '.', ',']) {
        "T" | "U" if random.percent(15) => word.replace(['T', 'U'], &invented(random).to_lowercase()),
        "T" | "U" => word.replace(['T', 'U'], random.pick(&things)),
        "V" => word.replace('V', random.pick(&verbs)),
        "P" => word.replace('P', random.pick(&places)),
        _ => word.to_owned(),
    };
    let filled: Vec<String> = pattern.split(' ').map(&mut word).collect();
    filled.join(" ")
}

/// Writes letters without sense: a cat on the keyboard, or a language that nobody speaks.
fn gibberish(random: &mut Random) -> String {
    let words = 1 + random.below(5);
    let word = |random: &mut Random| {
        (0..1 + random.below(8))
            .map(|_| random.pick(b"abcdefghijklmnopqrstuvwxyz!?.#asdfjkl") as char)
            .collect::<String>()
    };
    (0..words).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

fn question(text: &str) -> Question {
    Question { kind: Kind::Unknown, text: text.to_owned(), answer: REFUSAL.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_that_stand_alone_are_filled() {
        let mut random = Random::new(1);

        let text = fill("Tell Pat about T and P?", &mut random);

        assert!(text.starts_with("Tell Pat about ") && !text.contains(" T ") && text.ends_with('?'), "{text}");
    }
}
