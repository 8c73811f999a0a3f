//! What a person calls a model or a peer.

use leptos::prelude::*;
use opengateway_api::{Friend, ModelId, Models, NodeId, PeerModel, STARTER};

use super::State;

/// Everything that names models: those on this PC, and those that only peers have.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) models: &'a Models,
    pub(crate) peers: &'a [PeerModel],
}

impl Names<'_> {
    /// What to call a model, also one that is no longer anywhere.
    pub(crate) fn of(self, id: &ModelId) -> String {
        let own = self.models.models.iter().find(|model| model.id == *id).map(|model| &model.name);
        let name = own.or_else(|| self.on_peers(id).map(|model| &model.name));
        name.map_or_else(|| readable(&id.0), Clone::clone)
    }

    /// The model as peers offer it, if they do and this PC does not have it.
    pub(crate) fn on_peers(&self, id: &ModelId) -> Option<&PeerModel> {
        self.peers.iter().find(|model| model.id == *id)
    }

    pub(crate) fn is_own(self, id: &ModelId) -> bool {
        self.models.models.iter().any(|model| model.id == *id)
    }
}

fn readable(id: &str) -> String {
    if id == STARTER { "Starter".to_owned() } else { id.to_owned() }
}

/// What the owner calls a node; `None` unless it is a friend.
pub(crate) fn friend(friends: &[Friend], node: NodeId) -> Option<&str> {
    friends.iter().find(|friend| friend.node == node).map(|friend| friend.name.as_str())
}

/// What to call a node: as the owner does, or by its last letters.
pub(crate) fn peer(friends: &[Friend], node: NodeId) -> String {
    friend(friends, node).map_or_else(|| node.short(), str::to_owned)
}

impl State {
    /// Reads the names; whoever does so reactively is told when they change.
    pub(crate) fn names<T>(self, read: impl FnOnce(Names<'_>) -> T) -> T {
        self.models.with(|models| self.peer_models.with(|peers| read(Names { models, peers })))
    }

    pub(crate) fn model_name(self, id: &ModelId) -> String {
        self.names(|names| names.of(id))
    }

    pub(crate) fn peer_name(self, node: NodeId) -> String {
        self.settings.with(|settings| peer(&settings.network.friends, node))
    }
}

#[cfg(test)]
mod tests {
    use opengateway_api::{ModelHash, Place};

    use super::*;

    fn big() -> PeerModel {
        PeerModel {
            id: ModelId("big".to_owned()),
            hash: ModelHash([1; 32]),
            name: "Big 70B".to_owned(),
            context: 8_192,
            nodes: 2,
            place: Place::Nearby,
            text_per_second: 20.0,
        }
    }

    #[test]
    fn a_model_that_only_peers_have_is_called_as_they_call_it() {
        let (models, peers) = (Models::default(), [big()]);
        let names = Names { models: &models, peers: &peers };

        assert_eq!(names.of(&ModelId("big".to_owned())), "Big 70B");
        assert_eq!(names.of(&ModelId("gone".to_owned())), "gone");
        assert_eq!(names.of(&ModelId::starter()), "Starter");
        assert!(!names.is_own(&ModelId("big".to_owned())));
    }

    #[test]
    fn a_friend_goes_by_the_name_the_owner_gave() {
        let node = NodeId([7; 32]);
        let friends = [Friend { node, name: "Mara".to_owned() }];

        assert_eq!(peer(&friends, node), "Mara");
        assert_eq!(peer(&[], node), node.short());
        assert_eq!(friend(&[], node), None);
    }
}
