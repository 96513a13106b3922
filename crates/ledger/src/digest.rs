//! One digest per projection, to compare what is live with what a rebuild gives.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::encode::hex;
use crate::entry::put;
use crate::schema::columns;
use crate::tx::{Access, Link};
use crate::value::Owned;
use crate::{Fault, Ledger, Schema};

impl Ledger {
    /// For each projection table, and for `search`, the SHA-256 over its rows of this bureau: the same rows give the same digest, in
    /// whatever order and on whichever database.
    pub async fn digest_projections(&self) -> Result<BTreeMap<String, String>, Fault> {
        self.aside(|link, inner| {
            link.begin(Access::Read)?;
            let done = digests(link, &inner.bureau, &inner.schema);
            link.rollback();
            done
        })
        .await
    }
}

fn digests(link: &mut Link, bureau: &str, schema: &Schema) -> Result<BTreeMap<String, String>, Fault> {
    let mut digests = BTreeMap::new();
    for table in schema.projections() {
        let columns =
            columns(table.name, table.create)?.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
        digests.insert(
            table.name.to_owned(),
            rows(link, bureau, &format!("SELECT {columns} FROM {} WHERE bureau = $1", table.name))?,
        );
    }
    let sql = "SELECT kind, id, position, digest FROM search_rows WHERE bureau = $1";
    digests.insert("search".to_owned(), rows(link, bureau, sql)?);
    Ok(digests)
}

fn rows(link: &mut Link, bureau: &str, sql: &str) -> Result<String, Fault> {
    let mut hashes: Vec<[u8; 32]> = link.rows(sql, &[bureau.into()], |row| {
        let mut bytes = Vec::new();
        for column in 0..row.columns() {
            match row.cell(column) {
                Owned::Null => bytes.push(0),
                Owned::Int(n) => {
                    bytes.push(1);
                    put(&mut bytes, &n.to_be_bytes());
                }
                Owned::Text(text) => {
                    bytes.push(2);
                    put(&mut bytes, text.as_bytes());
                }
                Owned::Blob(blob) => {
                    bytes.push(3);
                    put(&mut bytes, &blob);
                }
            }
        }
        Ok(Sha256::digest(&bytes).into())
    })?;
    hashes.sort_unstable();
    Ok(hex(&Sha256::digest(hashes.concat())))
}
