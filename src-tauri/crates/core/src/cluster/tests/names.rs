use super::*;

#[test]
fn a_model_is_called_what_most_of_its_nodes_call_it() {
    let directory = with(&[(1, "Llama", false), (1, "llama.gguf", false), (1, "Llama", false)]);

    assert_eq!(names(&directory), ["Llama"]);
    assert_eq!(directory.models()[0].nodes, 3);
}

#[test]
fn of_two_models_with_one_name_the_most_served_keeps_it() {
    let directory = with(&[(1, "Llama", false), (2, "Llama", false), (2, "Llama", false)]);

    let named: Vec<_> = directory.models().into_iter().map(|model| (model.name, model.hash)).collect();

    assert_eq!(named, [("Llama".into(), hash(2)), ("Llama@01010101".into(), hash(1))]);
}

#[test]
fn strangers_do_not_take_a_name_from_a_model_that_known_peers_serve() {
    let directory = with(&[(1, "Llama", true), (2, "Llama", false), (2, "Llama", false), (2, "Llama", false)]);

    let named: Vec<_> = directory.models().into_iter().map(|model| (model.name, model.hash)).collect();

    assert_eq!(named, [("Llama".into(), hash(1)), ("Llama@02020202".into(), hash(2))]);
}

#[test]
fn a_model_does_not_pass_for_another_by_calling_itself_what_that_one_is_labelled() {
    let directory = with(&[(1, "Llama", false), (2, "Llama", false), (3, "Llama@02020202", true)]);

    assert_eq!(names(&directory), ["Llama", "Llama@02020202", "Llama@02020202@03030303"]);
    assert_eq!(names(&with(&[(3, "Llama@02020202", true)])), ["Llama@02020202@03030303"]);
}

#[test]
fn two_models_whose_hashes_begin_alike_are_told_apart_all_the_same() {
    let mut twin = serving(3, &[(2, "Llama")]);
    twin.models[0].hash.0[31] = 7;
    let mut directory = with(&[(1, "Llama", true), (2, "Llama", false)]);
    directory.insert(twin, false, NOW_MS, Instant::now()).unwrap();

    let names = names(&directory);

    assert_eq!(names[..2], ["Llama", "Llama@02020202"]);
    assert!(names[2].starts_with("Llama@02020202020202") && names[2].ends_with("07"), "{names:?}");
}

#[test]
fn the_best_of_all_nodes_is_told_of_a_model() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let mut large = serving(1, &[(1, "Llama")]);
    large.models[0].context = 65_536;
    let mut fast = serving(2, &[(1, "Llama")]);
    fast.models[0].text_per_second = 90.0;
    for capability in [large, fast] {
        directory.insert(capability, false, NOW_MS, start).unwrap();
    }

    let models = directory.models();

    assert_eq!((models[0].context, models[0].text_per_second, models[0].nodes), (65_536, 90.0, 2));
}

fn with(nodes: &[(u8, &str, bool)]) -> Directory {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    for ((model, name, valued), number) in nodes.iter().zip(100..) {
        directory.insert(serving(number, &[(*model, name)]), *valued, NOW_MS, start).unwrap();
    }
    directory
}

fn names(directory: &Directory) -> Vec<String> {
    directory.models().into_iter().map(|model| model.name).collect()
}
