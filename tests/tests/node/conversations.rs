//! Conversations are kept as a tree; every answer ends in a state that says how.

use futures::StreamExt;
use opengateway_api::{
    Ask, Call, ConversationId, ErrorCode, MessageId, MessageState, Origin, Reply, Role, Settings, Thread, Turn,
};
use opengateway_node::Node;
use opengateway_tests::nodes::{Seen, ask, begin, follow, question, read, snapshot, start, thread, use_endless};
use opengateway_tests::soon::{soon, within};
use tempfile::{TempDir, tempdir};

#[tokio::test]
async fn a_question_and_its_answer_are_kept() {
    let (_home, node) = fresh().await;

    let seen = ask(&node, question("What is 2+2?")).await;

    let Thread { conversation, messages } = thread(&node, seen.conversation()).await;
    let [asked, answer] = messages.as_slice() else { unreachable!("{messages:?}") };
    assert!(seen.done && seen.text.contains('4'), "{seen:?}");
    assert_eq!((asked.role, asked.text.as_str(), asked.parent), (Role::User, "What is 2+2?", None));
    assert_eq!((answer.role, &answer.text, answer.parent), (Role::Assistant, &seen.text, Some(asked.id)));
    assert_eq!((&answer.state, &answer.origin), (&MessageState::Whole, &Some(Origin::this_pc())));
    assert_eq!(seen.message.as_ref(), Some(answer));
    assert_eq!(conversation.title, "What is 2+2?");
    assert_eq!(snapshot(&node).await.conversations, [conversation]);
    node.shutdown().await;
}

#[tokio::test]
async fn a_question_asked_once_leaves_nothing_behind() {
    let (_home, node) = fresh().await;

    let seen = ask(&node, Ask::once("What is 2+2?")).await;

    assert!(seen.done && seen.started.is_none() && seen.message.is_none(), "{seen:?}");
    assert!(snapshot(&node).await.conversations.is_empty());
    node.shutdown().await;
}

#[tokio::test]
async fn answering_again_keeps_both_versions_and_shows_the_new_one() {
    let (_home, node) = fresh().await;
    let first = ask(&node, question("What is 2+2?")).await;

    let second = ask(&node, Ask::Regenerate { message: first.answer() }).await;

    let both = vec![first.answer(), second.answer()];
    assert_eq!(second.question(), first.question());
    assert_eq!(versions(&node, first.conversation()).await, (second.answer(), both.clone()));
    let Ok(Reply::Thread(shown)) = node.call(Call::Show(first.answer())).await else { unreachable!() };
    assert_eq!(shown.messages.last().unwrap().id, first.answer());
    assert_eq!(versions(&node, first.conversation()).await, (first.answer(), both));
    node.shutdown().await;
}

#[tokio::test]
async fn an_edited_question_keeps_the_old_branch() {
    let (_home, node) = fresh().await;
    let first = ask(&node, question("What is 2+2?")).await;
    let id = first.conversation();
    let second = ask(&node, follow(id, Some(first.answer()), "What is the capital of France?")).await;

    let edited = ask(&node, follow(id, Some(first.answer()), "What is the capital of Italy?")).await;

    let shown = thread(&node, id).await;
    let texts: Vec<&str> = shown.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["What is 2+2?", &first.text, "What is the capital of Italy?", &edited.text]);
    assert_eq!(shown.messages[2].versions, [second.question(), edited.question()]);
    let Ok(Reply::Thread(old)) = node.call(Call::Show(second.question())).await else { unreachable!() };
    assert_eq!(old.messages.last().unwrap().id, second.answer(), "the old branch is shown to its end");
    node.shutdown().await;
}

#[tokio::test]
async fn the_first_question_can_be_edited_too() {
    let (_home, node) = fresh().await;
    let first = ask(&node, question("What is 2+2?")).await;

    let edited = ask(&node, follow(first.conversation(), None, "What is 3+3?")).await;

    let shown = thread(&node, first.conversation()).await;
    assert_eq!(shown.messages[0].versions, [first.question(), edited.question()]);
    assert!(edited.text.contains('6'), "{edited:?}");
    node.shutdown().await;
}

#[tokio::test]
async fn titles_change_and_deleted_conversations_come_back() {
    let (_home, node) = fresh().await;
    let kept = ask(&node, question("What is 2+2?")).await.conversation();
    let other = ask(&node, question("What is 3+3?")).await.conversation();

    node.call(Call::Rename { conversation: kept, title: "  Sums ".into() }).await.unwrap();
    node.call(Call::Delete(other)).await.unwrap();
    let without = titles(&node).await;
    node.call(Call::Restore(other)).await.unwrap();

    assert_eq!(without, ["Sums"]);
    assert_eq!(titles(&node).await, ["What is 3+3?", "Sums"]);
    let empty = node.call(Call::Rename { conversation: kept, title: " ".into() }).await.unwrap_err();
    assert_eq!(empty.code, ErrorCode::InvalidRequest);
    node.shutdown().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let (_home, node) = fresh().await;
    let seen = ask(&node, question("What is 2+2?")).await;
    let nowhere = ConversationId(99);

    for call in [
        Call::Conversation(nowhere),
        Call::Rename { conversation: nowhere, title: "x".into() },
        Call::Delete(nowhere),
        Call::Restore(nowhere),
        Call::Show(MessageId(99)),
        Call::StopAnswer(seen.answer()),
    ] {
        assert_eq!(node.call(call.clone()).await.unwrap_err().code, ErrorCode::NotFound, "{call:?}");
    }
    for bad in [
        follow(nowhere, None, "Hello"),
        follow(seen.conversation(), Some(MessageId(99)), "Hello"),
        Ask::Regenerate { message: MessageId(99) },
        Ask::Regenerate { message: seen.question() },
    ] {
        let refused = ask(&node, bad.clone()).await;
        assert_eq!(refused.error.unwrap().code, ErrorCode::NotFound, "{bad:?}");
    }
    assert_eq!(thread(&node, seen.conversation()).await.messages.len(), 2);
    node.shutdown().await;
}

#[tokio::test]
async fn an_empty_message_is_refused_and_not_kept() {
    let (_home, node) = fresh().await;

    let seen = ask(&node, question(" \n ")).await;

    assert_eq!(seen.error.unwrap().code, ErrorCode::InvalidRequest);
    assert!(snapshot(&node).await.conversations.is_empty());
    node.shutdown().await;
}

#[tokio::test]
async fn a_stopped_answer_keeps_its_text() {
    let (home, node) = fresh().await;
    use_endless(&node, home.path()).await;
    let (mut events, mut seen) = begin(&node, question("Tell me a story.")).await;

    node.call(Call::StopAnswer(seen.answer())).await.unwrap();
    within("the end", read(&mut events, &mut seen, |_| false)).await;

    assert_eq!(seen.error.clone().unwrap().code, ErrorCode::Stopped);
    let kept = last(&node, &seen).await;
    assert_eq!((kept.state, &kept.text[..seen.text.len()]), (MessageState::Stopped, seen.text.as_str()));
    node.shutdown().await;
}

#[tokio::test]
async fn an_answer_that_nobody_reads_any_more_stops_and_keeps_its_text() {
    let (home, node) = fresh().await;
    use_endless(&node, home.path()).await;
    let (events, seen) = begin(&node, question("Tell me a story.")).await;

    drop(events);

    let kept = ended(&node, &seen).await;
    assert_eq!(kept.state, MessageState::Stopped);
    assert!(kept.text.starts_with(&seen.text), "{kept:?} after {seen:?}");
    node.shutdown().await;
}

#[tokio::test]
async fn conversations_survive_a_restart() {
    let (home, node) = fresh().await;
    let first = ask(&node, question("What is 2+2?")).await;
    ask(&node, follow(first.conversation(), Some(first.answer()), "What is the capital of France?")).await;
    let before = thread(&node, first.conversation()).await;
    node.shutdown().await;

    let node = start(home.path()).await.unwrap();

    assert_eq!(thread(&node, first.conversation()).await, before);
    assert_eq!(titles(&node).await, ["What is 2+2?"]);
    node.shutdown().await;
}

#[tokio::test]
async fn an_answer_that_the_shutdown_cuts_off_is_marked() {
    let (home, node) = fresh().await;
    use_endless(&node, home.path()).await;
    let (mut events, mut seen) = begin(&node, question("Tell me a story.")).await;

    let ending = opengateway_tests::asking::beside(node.shutdown());
    within("the end", read(&mut events, &mut seen, |_| false)).await;
    within("the node to end", ending).await.unwrap();
    let node = start(home.path()).await.unwrap();

    let kept = last(&node, &seen).await;
    assert_eq!((&kept.state, &kept.text), (&MessageState::Cut, &seen.text));
    node.shutdown().await;
}

#[tokio::test]
async fn the_limit_in_the_settings_ends_answers() {
    let (home, node) = fresh().await;
    use_endless(&node, home.path()).await;
    let settings = snapshot(&node).await.settings;

    node.call(Call::SaveSettings(Settings { max_text_tokens: 9, ..settings })).await.unwrap();
    let seen = ask(&node, question("Tell me a story.")).await;

    assert_eq!(seen.message.unwrap().measured.unwrap().text_tokens, 9);
    node.shutdown().await;
}

#[tokio::test]
async fn a_conversation_too_long_for_the_model_says_what_to_do() {
    let (home, node) = fresh().await;
    use_endless(&node, home.path()).await;
    let settings = snapshot(&node).await.settings;
    node.call(Call::SaveSettings(Settings { context: 256, ..settings })).await.unwrap();

    let seen = ask(&node, question(&"Tell me a long story. ".repeat(200))).await;

    let error = seen.error.clone().unwrap();
    assert_eq!(error.code, ErrorCode::ContextTooLong);
    assert!(error.message.contains("256"), "{error}");
    assert!(matches!(last(&node, &seen).await.state, MessageState::Failed(_)));
    node.shutdown().await;
}

#[tokio::test]
async fn several_conversations_are_answered_at_once() {
    let (_home, node) = fresh().await;

    let asked = (1..=12).map(|number| {
        let node = node.clone();
        async move { (number, ask(&node, question(&format!("What is {number}+1?"))).await) }
    });
    let answers: Vec<(i32, Seen)> = futures::stream::iter(asked).buffer_unordered(12).collect().await;

    for (number, seen) in answers {
        assert!(seen.done && seen.text.contains(&(number + 1).to_string()), "{number}: {seen:?}");
    }
    assert_eq!(titles(&node).await.len(), 12);
    node.shutdown().await;
}

#[tokio::test]
async fn earlier_turns_of_a_question_asked_once_are_read() {
    let (_home, node) = fresh().await;
    let turns = vec![Turn::user("What is 2+2?"), Turn::assistant("2 + 2 = 4."), Turn::user("What is 3+3?")];

    let seen = ask(
        &node,
        Ask::Once {
            turns,
            model: None,
            sampling: opengateway_api::Sampling::default(),
            reach: opengateway_api::Reach::default(),
        },
    )
    .await;

    assert!(seen.text.contains('6'), "{seen:?}");
    node.shutdown().await;
}

async fn fresh() -> (TempDir, Node) {
    let home = tempdir().unwrap();
    let node = start(home.path()).await.unwrap();
    (home, node)
}

async fn titles(node: &Node) -> Vec<String> {
    snapshot(node).await.conversations.into_iter().map(|conversation| conversation.title).collect()
}

/// The answer that is shown, and all its versions.
async fn versions(node: &Node, conversation: ConversationId) -> (MessageId, Vec<MessageId>) {
    let last = thread(node, conversation).await.messages.pop().unwrap();
    (last.id, last.versions)
}

async fn last(node: &Node, seen: &Seen) -> opengateway_api::Message {
    thread(node, seen.conversation()).await.messages.pop().unwrap()
}

/// The answer, when it is being written no more.
async fn ended(node: &Node, seen: &Seen) -> opengateway_api::Message {
    soon("the answer to end", async || {
        let message = last(node, seen).await;
        (message.state != MessageState::Streaming).then_some(message)
    })
    .await
}
