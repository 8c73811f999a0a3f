//! Calls over D-Bus for threads that may wait. Starts no service that does not run.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::zvariant::{DynamicDeserialize, DynamicType, OwnedValue};
use zbus::{Connection, Proxy};

/// A service that has not answered by then does not count as running.
const PATIENCE: Duration = Duration::from_secs(2);

/// One of the two buses, connected on first use and again after it was lost.
pub(crate) struct Bus {
    which: Which,
    runtime: Option<Runtime>,
    connection: Option<Connection>,
}

#[derive(Clone, Copy)]
enum Which {
    System,
    Session,
}

/// An object of a service, seen through one interface.
#[derive(Clone, Copy)]
pub(crate) struct Object<'a> {
    pub(crate) service: &'a str,
    pub(crate) path: &'a str,
    pub(crate) interface: &'a str,
}

impl Bus {
    pub(crate) fn system() -> Self {
        Self { which: Which::System, runtime: None, connection: None }
    }

    pub(crate) fn session() -> Self {
        Self { which: Which::Session, runtime: None, connection: None }
    }

    /// The answer of `method`, or `None` if the bus, the object or the answer is not there.
    pub(crate) fn call<A, R>(&mut self, object: Object<'_>, method: &str, arguments: &A) -> Option<R>
    where
        A: serde::Serialize + DynamicType,
        R: for<'d> DynamicDeserialize<'d>,
    {
        let runtime = match &self.runtime {
            Some(runtime) => runtime,
            None => self.runtime.insert(Builder::new_current_thread().enable_all().build().ok()?),
        };
        let (which, connection) = (self.which, &mut self.connection);
        let asking = async {
            let connection = match connection {
                Some(connection) => connection,
                None => connection.insert(which.connect().await?),
            };
            ask(connection, object, method, arguments).await
        };
        match runtime.block_on(async { timeout(PATIENCE, asking).await }) {
            Ok(Ok(answer)) => answer,
            Ok(Err(zbus::Error::MethodError(..))) => None,
            Ok(Err(error)) => {
                tracing::debug!(service = object.service, %error, "the bus does not answer");
                self.connection = None;
                None
            }
            Err(_) => {
                self.connection = None;
                None
            }
        }
    }

    /// A property of an object.
    pub(crate) fn property<R: TryFrom<OwnedValue>>(&mut self, object: Object<'_>, name: &str) -> Option<R> {
        let properties = Object { interface: "org.freedesktop.DBus.Properties", ..object };
        let value: OwnedValue = self.call(properties, "Get", &(object.interface, name))?;
        R::try_from(value).ok()
    }
}

impl Which {
    async fn connect(self) -> zbus::Result<Connection> {
        match self {
            Self::System => Connection::system().await,
            Self::Session => Connection::session().await,
        }
    }
}

async fn ask<A, R>(bus: &Connection, object: Object<'_>, method: &str, arguments: &A) -> zbus::Result<Option<R>>
where
    A: serde::Serialize + DynamicType,
    R: for<'d> DynamicDeserialize<'d>,
{
    let proxy: Proxy<'_> = zbus::proxy::Builder::new(bus)
        .destination(object.service)?
        .path(object.path)?
        .interface(object.interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    proxy.call_with_flags(method, MethodFlags::NoAutoStart.into(), arguments).await
}
