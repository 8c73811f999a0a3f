use opengateway_api::ErrorCode;

use super::*;

fn model() -> ModelId {
    ModelId::starter()
}

fn whole() -> Ending {
    Ending { state: MessageState::Whole, finish: Some(Finish::Stop), measured: None, origin: Origin::this_pc() }
}

async fn exchange(store: &Store, to: Option<ConversationId>, parent: Option<MessageId>, text: &str) -> Begun {
    let begun = store.ask(to, parent, text.into(), (model(), 1)).await.unwrap();
    store.append(begun.answer, format!("re: {text}")).await.unwrap();
    store.end(begun.answer, whole()).await.unwrap();
    begun
}

fn texts(thread: &Thread) -> Vec<&str> {
    thread.messages.iter().map(|message| message.text.as_str()).collect()
}

#[tokio::test]
async fn a_question_names_its_conversation_and_is_found_again() {
    let store = Store::in_memory();

    let begun = exchange(&store, None, None, "Why is the sky blue?").await;
    exchange(&store, Some(begun.conversation), Some(begun.answer), "And red?").await;

    let thread = store.thread(begun.conversation).await.unwrap();
    assert_eq!(thread.conversation.title, "Why is the sky blue?");
    assert_eq!(texts(&thread), ["Why is the sky blue?", "re: Why is the sky blue?", "And red?", "re: And red?"]);
}

#[tokio::test]
async fn an_edited_question_keeps_both_versions_and_they_can_be_switched() {
    let store = Store::in_memory();
    let first = exchange(&store, None, None, "one").await;

    let second = exchange(&store, Some(first.conversation), None, "two").await;

    let thread = store.thread(first.conversation).await.unwrap();
    assert_eq!(texts(&thread), ["two", "re: two"]);
    assert_eq!(thread.messages[0].versions, [first.question, second.question]);
    assert_eq!(texts(&store.show(first.question).await.unwrap()), ["one", "re: one"]);
}

#[tokio::test]
async fn a_regenerated_answer_is_another_version() {
    let store = Store::in_memory();
    let first = exchange(&store, None, None, "one").await;

    let again = store.ask_again(first.answer, model(), 2).await.unwrap();

    assert_eq!(again.question, first.question);
    let thread = store.thread(first.conversation).await.unwrap();
    assert_eq!(thread.messages[1].versions, [first.answer, again.answer]);
}

#[tokio::test]
async fn an_answer_cut_by_a_crash_is_kept_as_far_as_it_came() {
    let store = Store::in_memory();
    let begun = store.ask(None, None, "one".into(), (model(), 1)).await.unwrap();
    store.append(begun.answer, "half an ans".into()).await.unwrap();

    store.recover(2).await.unwrap();

    let thread = store.thread(begun.conversation).await.unwrap();
    assert_eq!(thread.messages[1].text, "half an ans");
    assert_eq!(thread.messages[1].state, MessageState::Cut);
}

#[tokio::test]
async fn a_deleted_conversation_can_be_restored_until_a_month_has_passed() {
    let store = Store::in_memory();
    let begun = exchange(&store, None, None, "one").await;
    store.delete(begun.conversation, 1000).await.unwrap();
    assert!(store.conversations().await.unwrap().is_empty());

    store.recover(1000 + RESTORABLE_MS).await.unwrap();
    store.restore(begun.conversation).await.unwrap();
    assert_eq!(store.conversations().await.unwrap().len(), 1);

    store.delete(begun.conversation, 1000).await.unwrap();
    store.recover(1001 + RESTORABLE_MS).await.unwrap();
    assert_eq!(store.restore(begun.conversation).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_message_of_another_conversation_is_no_parent() {
    let store = Store::in_memory();
    let one = exchange(&store, None, None, "one").await;
    let two = exchange(&store, None, None, "two").await;

    let error = store.ask(Some(one.conversation), Some(two.answer), "x".into(), (model(), 1)).await.unwrap_err();

    assert_eq!(error.code, ErrorCode::NotFound);
    assert_eq!(store.thread(one.conversation).await.unwrap().messages.len(), 2);
}
