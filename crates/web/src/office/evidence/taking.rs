//! Taking a file in: bytes from the network to the store without being held, and what is known of it to the tables.

use std::pin::Pin;

use axum::body::{Body, BodyDataStream, Bytes};
use evidence::upload::Done;
use evidence::{Evidence, Receiving, content, facts, name};
use futures_core::Stream;

use crate::app::App;
use crate::error::Error;

/// Bytes gathered before the disk is asked to take them.
const GATHERED: usize = 1024 * 1024;

/// A body in pieces of some size.
pub(crate) struct Pieces(BodyDataStream);

impl Pieces {
    /// The pieces of this body.
    pub(crate) fn new(body: Body) -> Pieces {
        Pieces(body.into_data_stream())
    }

    /// The next frame as it arrives; none at the end, an error where the line was cut.
    async fn frame(&mut self) -> Option<Result<Bytes, axum::Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut self.0).poll_next(cx)).await
    }

    /// The next piece; empty at the end. What arrived before the line was cut or fell silent is a piece as well.
    pub(crate) async fn next(&mut self, silence: std::time::Duration) -> Vec<u8> {
        let mut piece = Vec::new();
        while piece.len() < GATHERED {
            match tokio::time::timeout(silence, self.frame()).await {
                Ok(Some(Ok(frame))) => piece.extend_from_slice(&frame),
                _ => break,
            }
        }
        piece
    }
}

/// Work on the disk, off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, evidence::Fault> + Send + 'static,
) -> Result<T, evidence::Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(e) => Err(evidence::Fault::Io(std::io::Error::other(e.to_string()))),
    }
}

/// A file of a form, received as it arrives.
pub(crate) struct Taken {
    evidence: Evidence,
    name: String,
    receiving: Receiving,
    gathered: Vec<u8>,
}

impl Taken {
    /// Begins with a file of this name.
    pub(crate) fn begin(evidence: &Evidence, file: &str) -> Result<Taken, evidence::Fault> {
        let name = name::check(file)?;
        Ok(Taken { evidence: evidence.clone(), name, receiving: evidence.receive()?, gathered: Vec::new() })
    }

    /// Takes the next bytes.
    pub(crate) async fn add(mut self, bytes: &[u8]) -> Result<Taken, evidence::Fault> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() < GATHERED { Ok(self) } else { blocking(move || self.write()).await }
    }

    fn write(mut self) -> Result<Taken, evidence::Fault> {
        self.receiving.write(&self.gathered)?;
        self.gathered.clear();
        Ok(self)
    }

    /// Looks at it and keeps it.
    pub(crate) async fn end(self) -> Result<(String, Done), evidence::Fault> {
        blocking(move || {
            let taken = self.write()?;
            let path = taken.receiving.path().to_path_buf();
            let content = content::check(&taken.name, &path, taken.receiving.bytes(), taken.evidence.takes_archives())?;
            let facts = facts::read(content, &path);
            let stored = taken.evidence.keep(taken.receiving)?;
            Ok((taken.name, Done { stored, facts }))
        })
        .await
    }
}

/// Puts down who sent a file and what it says of itself; from then on its sender may name it.
pub(crate) async fn put_down(app: &App, person: u32, name: &str, done: &Done) -> Result<(), Error> {
    let facts = serde_json::to_string(&done.facts).map_err(|e| Error::Bug(e.to_string()))?;
    let work = std::sync::Arc::new((done.stored.clone(), name.to_owned(), facts));
    app.casework
        .ledger
        .act(move |tx| {
            let (stored, name, facts) = &*work;
            office::files::know(tx, &stored.id, &stored.sm3, stored.bytes, facts)?;
            office::files::sent(tx, &stored.id, person, name)
        })
        .await?;
    Ok(())
}
