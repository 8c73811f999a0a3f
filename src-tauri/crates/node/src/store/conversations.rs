//! Conversations and messages, as they are kept.

use std::collections::BTreeMap;

use opengateway_api::{
    Conversation, ConversationId, Error, Finish, Measured, Message, MessageId, MessageState, ModelId, Origin, Role,
    Thread,
};
use rusqlite::{Row, Transaction, params};

use super::{Store, from_json, json};

/// How long a deleted conversation can be restored: 30 days, in milliseconds.
const RESTORABLE_MS: i64 = 30 * 24 * 3600 * 1000;

/// A question and the answer that was begun for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Begun {
    pub(crate) conversation: ConversationId,
    pub(crate) question: MessageId,
    pub(crate) answer: MessageId,
    /// From the beginning to the question.
    pub(crate) path: Vec<Message>,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ending {
    pub(crate) state: MessageState,
    pub(crate) finish: Option<Finish>,
    pub(crate) measured: Option<Measured>,
    pub(crate) origin: Origin,
}

impl Store {
    /// Conversations that are not deleted, latest first.
    pub(crate) async fn conversations(&self) -> Result<Vec<Conversation>, Error> {
        self.run(|db| {
            let sql =
                "SELECT id, title, updated_ms FROM conversation WHERE deleted_ms = 0 ORDER BY updated_ms DESC, id DESC";
            db.prepare(sql)?.query_map([], conversation)?.collect()
        })
        .await
    }

    pub(crate) async fn thread(&self, id: ConversationId) -> Result<Thread, Error> {
        self.run(move |db| thread(db, id)).await
    }

    /// Keeps a question and begins its answer; a new conversation is named by `title`.
    pub(crate) async fn ask(
        &self,
        to: Option<ConversationId>,
        parent: Option<MessageId>,
        text: String,
        answer: (ModelId, i64),
    ) -> Result<Begun, Error> {
        let (model, now_ms) = answer;
        self.run(move |db| {
            let conversation = match to {
                Some(id) => exists(db, id)?,
                None => {
                    let title = opengateway_core::title::of(&text);
                    db.execute("INSERT INTO conversation (title, updated_ms) VALUES (?1, ?2)", params![title, now_ms])?;
                    ConversationId(db.last_insert_rowid())
                }
            };
            if let Some(parent) = parent {
                belongs(db, parent, conversation)?;
            }
            let question = Draft { conversation, parent, role: Role::User, text: &text, model: None };
            let question = insert(db, &question, &MessageState::Whole, now_ms)?;
            begin(db, conversation, question, &model, now_ms)
        })
        .await
    }

    /// Begins another answer to the question that `earlier` answers.
    pub(crate) async fn ask_again(&self, earlier: MessageId, model: ModelId, now_ms: i64) -> Result<Begun, Error> {
        self.run(move |db| {
            let (conversation, question) = db.query_row(
                "SELECT conversation, parent FROM message WHERE id = ?1 AND role = ?2 AND parent != 0",
                params![earlier.0, json(&Role::Assistant)?],
                |row| Ok((ConversationId(row.get(0)?), MessageId(row.get(1)?))),
            )?;
            begin(db, conversation, question, &model, now_ms)
        })
        .await
    }

    pub(crate) async fn append(&self, message: MessageId, text: String) -> Result<(), Error> {
        self.run(move |db| {
            db.execute("UPDATE message SET text = text || ?2 WHERE id = ?1", params![message.0, text]).map(drop)
        })
        .await
    }

    /// Ends an answer and gives it back as it is kept.
    pub(crate) async fn end(&self, message: MessageId, ending: Ending) -> Result<Message, Error> {
        self.run(move |db| {
            let Ending { state, finish, measured, origin } = ending;
            db.execute(
                "UPDATE message SET state = ?2, finish = ?3, measured = ?4, origin = ?5 WHERE id = ?1",
                params![message.0, json(&state)?, json(&finish)?, json(&measured)?, json(&origin)?],
            )?;
            message_of(db, message)
        })
        .await
    }

    /// Marks answers that were being written when the program ended. Also drops what was deleted long ago.
    pub(crate) async fn recover(&self, now_ms: i64) -> Result<(), Error> {
        self.run(move |db| {
            let (streaming, cut) = (json(&MessageState::Streaming)?, json(&MessageState::Cut)?);
            db.execute("UPDATE message SET state = ?2 WHERE state = ?1", [streaming, cut])?;
            let old = now_ms.saturating_sub(RESTORABLE_MS);
            db.execute("DELETE FROM conversation WHERE deleted_ms != 0 AND deleted_ms < ?1", [old]).map(drop)
        })
        .await
    }

    pub(crate) async fn rename(&self, id: ConversationId, title: String) -> Result<(), Error> {
        self.change("UPDATE conversation SET title = ?2 WHERE id = ?1", id, title).await
    }

    pub(crate) async fn delete(&self, id: ConversationId, now_ms: i64) -> Result<(), Error> {
        self.change("UPDATE conversation SET deleted_ms = ?2 WHERE id = ?1", id, now_ms).await
    }

    pub(crate) async fn restore(&self, id: ConversationId) -> Result<(), Error> {
        self.change("UPDATE conversation SET deleted_ms = ?2 WHERE id = ?1", id, 0).await
    }

    /// Shows the path through `message` and on to the latest message that follows it.
    pub(crate) async fn show(&self, message: MessageId) -> Result<Thread, Error> {
        self.run(move |db| {
            let id = db.query_row("SELECT conversation FROM message WHERE id = ?1", [message.0], |row| row.get(0))?;
            let conversation = ConversationId(id);
            let mut leaf = message;
            let mut child = db.prepare("SELECT max(id) FROM message WHERE conversation = ?1 AND parent = ?2")?;
            while let Some(next) = child.query_row([id, leaf.0], |row| row.get::<_, Option<i64>>(0))? {
                leaf = MessageId(next);
            }
            set_leaf(db, conversation, leaf)?;
            thread(db, conversation)
        })
        .await
    }

    async fn change(
        &self,
        sql: &'static str,
        id: ConversationId,
        value: impl rusqlite::ToSql + Send + 'static,
    ) -> Result<(), Error> {
        self.run(move |db| match db.execute(sql, params![id.0, value])? {
            0 => Err(rusqlite::Error::QueryReturnedNoRows),
            _ => Ok(()),
        })
        .await
    }
}

struct Draft<'a> {
    conversation: ConversationId,
    parent: Option<MessageId>,
    role: Role,
    text: &'a str,
    model: Option<&'a ModelId>,
}

fn insert(db: &Transaction<'_>, draft: &Draft<'_>, state: &MessageState, now_ms: i64) -> rusqlite::Result<MessageId> {
    let origin = draft.model.map(|_| Origin::this_pc());
    db.execute(
        "INSERT INTO message (conversation, parent, role, text, state, origin, model, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            draft.conversation.0,
            draft.parent.map_or(0, |parent| parent.0),
            json(&draft.role)?,
            draft.text,
            json(state)?,
            json(&origin)?,
            json(&draft.model)?,
            now_ms
        ],
    )?;
    Ok(MessageId(db.last_insert_rowid()))
}

fn begin(
    db: &Transaction<'_>,
    conversation: ConversationId,
    question: MessageId,
    model: &ModelId,
    now_ms: i64,
) -> rusqlite::Result<Begun> {
    let draft = Draft { conversation, parent: Some(question), role: Role::Assistant, text: "", model: Some(model) };
    let answer = insert(db, &draft, &MessageState::Streaming, now_ms)?;
    set_leaf(db, conversation, answer)?;
    db.execute("UPDATE conversation SET updated_ms = ?2, deleted_ms = 0 WHERE id = ?1", [conversation.0, now_ms])?;
    let mut path = thread(db, conversation)?.messages;
    path.pop();
    Ok(Begun { conversation, question, answer, path })
}

fn set_leaf(db: &Transaction<'_>, conversation: ConversationId, leaf: MessageId) -> rusqlite::Result<()> {
    db.execute("UPDATE conversation SET leaf = ?2 WHERE id = ?1", [conversation.0, leaf.0]).map(drop)
}

fn exists(db: &Transaction<'_>, conversation: ConversationId) -> rusqlite::Result<ConversationId> {
    db.query_row("SELECT id FROM conversation WHERE id = ?1", [conversation.0], |row| row.get(0).map(ConversationId))
}

fn belongs(db: &Transaction<'_>, message: MessageId, conversation: ConversationId) -> rusqlite::Result<()> {
    let sql = "SELECT id FROM message WHERE id = ?1 AND conversation = ?2";
    db.query_row(sql, [message.0, conversation.0], |_| Ok(()))
}

fn thread(db: &Transaction<'_>, id: ConversationId) -> rusqlite::Result<Thread> {
    let sql = "SELECT id, title, updated_ms, leaf FROM conversation WHERE id = ?1";
    let (shown, leaf) = db.query_row(sql, [id.0], |row| Ok((conversation(row)?, row.get::<_, i64>("leaf")?)))?;
    let mut query = db.prepare("SELECT * FROM message WHERE conversation = ?1 ORDER BY id")?;
    let all: BTreeMap<i64, Message> =
        query.query_map([id.0], |row| Ok((row.get("id")?, message(row)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut versions: BTreeMap<Option<MessageId>, Vec<MessageId>> = BTreeMap::new();
    for message in all.values() {
        versions.entry(message.parent).or_default().push(message.id);
    }
    let mut messages = Vec::new();
    let mut next = all.get(&leaf);
    while let Some(message) = next {
        let versions = versions.get(&message.parent).cloned().unwrap_or_default();
        messages.push(Message { versions, ..message.clone() });
        next = message.parent.and_then(|parent| all.get(&parent.0));
    }
    messages.reverse();
    Ok(Thread { conversation: shown, messages })
}

fn message_of(db: &Transaction<'_>, id: MessageId) -> rusqlite::Result<Message> {
    let found = db.query_row("SELECT * FROM message WHERE id = ?1", [id.0], message)?;
    let sql = "SELECT b.id FROM message a JOIN message b ON b.conversation = a.conversation AND b.parent = a.parent
               WHERE a.id = ?1 ORDER BY b.id";
    let versions =
        db.prepare(sql)?.query_map([id.0], |row| row.get(0).map(MessageId))?.collect::<rusqlite::Result<_>>()?;
    Ok(Message { versions, ..found })
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: ConversationId(row.get("id")?),
        title: row.get("title")?,
        updated_ms: row.get("updated_ms")?,
    })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let parent: i64 = row.get("parent")?;
    Ok(Message {
        id: MessageId(row.get("id")?),
        parent: Some(MessageId(parent)).filter(|parent| parent.0 != 0),
        role: from_json(row, "role")?,
        text: row.get("text")?,
        state: from_json(row, "state")?,
        origin: from_json(row, "origin")?,
        model: from_json(row, "model")?,
        finish: from_json(row, "finish")?,
        measured: from_json(row, "measured")?,
        versions: Vec::new(),
        created_ms: row.get("created_ms")?,
    })
}

#[cfg(test)]
mod tests;
