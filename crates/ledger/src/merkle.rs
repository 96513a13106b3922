//! The tree over the journal (RFC 6962, section 2.1; SHA-256): what a checkpoint signs and a proof walks.
//!
//! The data of leaf `position - 1` is the 64-byte hash of that entry. The roots of complete blocks of 256 leaves are kept in a
//! table, so that a path at a million entries reads a few thousand short rows instead of the journal.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::encode::{hex, hexed};
use crate::entry::ChainHash;

/// Leaves in a complete block.
pub(crate) const BLOCK: u64 = 256;
const BLOCK_LEVEL: u32 = BLOCK.ilog2();

pub(crate) type Node = [u8; 32];

/// The root of the tree over the first entries of a journal.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root(#[serde(with = "hexed")] pub [u8; 32]);

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

pub(crate) fn leaf(hash: &ChainHash) -> Node {
    let mut sha = Sha256::new();
    sha.update([0]);
    sha.update(hash.0);
    sha.finalize().into()
}

fn parent(left: &Node, right: &Node) -> Node {
    let mut sha = Sha256::new();
    sha.update([1]);
    sha.update(left);
    sha.update(right);
    sha.finalize().into()
}

/// The right edge of the tree: one node for each set bit of the size, largest first. At a million entries 20 nodes at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontier {
    size: u64,
    nodes: Vec<Node>,
}

impl Frontier {
    pub(crate) fn load(size: i64, bytes: &[u8]) -> Option<Frontier> {
        let size = u64::try_from(size).ok()?;
        if bytes.len() != size.count_ones() as usize * 32 {
            return None;
        }
        Some(Frontier { size, nodes: bytes.chunks_exact(32).map(|c| c.try_into().unwrap_or_default()).collect() })
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// Adds a leaf; gives the root of the block it completes, if it does.
    pub(crate) fn push(&mut self, leaf: Node) -> Option<Node> {
        let (mut node, mut level, mut rest, mut block) = (leaf, 0, self.size, None);
        while rest & 1 == 1 {
            if let Some(left) = self.nodes.pop() {
                node = parent(&left, &node);
            }
            level += 1;
            rest >>= 1;
            if level == BLOCK_LEVEL {
                block = Some(node);
            }
        }
        self.nodes.push(node);
        self.size += 1;
        block
    }

    pub(crate) fn root(&self) -> Root {
        let mut nodes = self.nodes.iter().rev();
        let Some(mut root) = nodes.next().copied() else {
            return Root(Sha256::digest(b"").into());
        };
        for left in nodes {
            root = parent(left, &root);
        }
        Root(root)
    }
}

/// The root over the given leaves alone.
pub(crate) fn root_of(leaves: impl IntoIterator<Item = Node>) -> Node {
    let mut edge = Frontier::default();
    for leaf in leaves {
        edge.push(leaf);
    }
    edge.root().0
}

/// What is needed of a tree to answer for its root and for paths: block roots, and the leaves of the blocks looked into.
pub(crate) struct Tree {
    pub(crate) size: u64,
    /// Roots of the complete blocks, in order.
    pub(crate) blocks: Vec<Node>,
    /// Leaves of single blocks by block number: the last, incomplete one and those asked about.
    pub(crate) open: std::collections::BTreeMap<u64, Vec<Node>>,
}

impl Tree {
    pub(crate) fn root(&self) -> Option<Root> {
        if self.size == 0 {
            return Some(Frontier::default().root());
        }
        self.subtree(0, self.size).map(Root)
    }

    /// The nodes beside the way from leaf `index` up to the root.
    pub(crate) fn path(&self, index: u64) -> Option<Vec<Node>> {
        let mut path = Vec::new();
        let (mut from, mut to) = (0, self.size);
        if index >= to {
            return None;
        }
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.subtree(middle, to)?);
                to = middle;
            } else {
                path.push(self.subtree(from, middle)?);
                from = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    fn subtree(&self, from: u64, to: u64) -> Option<Node> {
        if to - from == BLOCK && from.is_multiple_of(BLOCK) {
            return self.blocks.get(usize::try_from(from / BLOCK).ok()?).copied();
        }
        if to - from == 1 {
            return self.open.get(&(from / BLOCK))?.get(usize::try_from(from % BLOCK).ok()?).copied();
        }
        let middle = from + split(to - from);
        Some(parent(&self.subtree(from, middle)?, &self.subtree(middle, to)?))
    }
}

/// The largest power of two smaller than `n` (`n` is at least 2).
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Whether the path leads from the leaf to the root (RFC 9162, section 2.1.3.2).
pub(crate) fn leads_to(leaf: Node, index: u64, size: u64, path: &[Node], root: &Root) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut node) = (index, size - 1, leaf);
    for side in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            node = parent(side, &node);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            node = parent(&node, side);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && node == root.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(n: u64) -> Vec<Node> {
        (0..n).map(|i| leaf(&ChainHash::of(&i.to_be_bytes()))).collect()
    }

    /// The definition in RFC 6962, word for word.
    fn slow_root(leaves: &[Node]) -> Node {
        match leaves {
            [] => Sha256::digest(b"").into(),
            [one] => *one,
            many => {
                let k = split(many.len() as u64) as usize;
                parent(&slow_root(&many[..k]), &slow_root(&many[k..]))
            }
        }
    }

    fn tree(leaves: &[Node]) -> Tree {
        let blocks = leaves.chunks_exact(256).map(|c| root_of(c.iter().copied())).collect();
        let open = leaves.chunks(256).enumerate().map(|(i, c)| (i as u64, c.to_vec())).collect();
        Tree { size: leaves.len() as u64, blocks, open }
    }

    #[test]
    fn frontier_tree_and_definition_agree_and_every_path_leads_home() {
        for n in (0..70).chain([255, 256, 257, 511, 512, 513, 700, 1025]) {
            let all = leaves(n);
            let mut edge = Frontier::default();
            let mut blocks = Vec::new();
            for leaf in &all {
                blocks.extend(edge.push(*leaf));
            }
            let tree = tree(&all);
            assert_eq!(edge.root().0, slow_root(&all));
            assert_eq!(tree.root(), Some(edge.root()));
            assert_eq!(blocks, tree.blocks);
            assert_eq!(Frontier::load(n as i64, &edge.bytes()), Some(edge.clone()));
            for i in (0..n).step_by(if n > 70 { 37 } else { 1 }) {
                let path = tree.path(i).unwrap();
                assert!(leads_to(all[i as usize], i, n, &path, &edge.root()));
                assert!(!leads_to(all[i as usize], i + 1, n, &path, &edge.root()));
                let mut short = path.clone();
                if short.pop().is_some() {
                    assert!(!leads_to(all[i as usize], i, n, &short, &edge.root()));
                }
                let mut bent = path.clone();
                if let Some(node) = bent.first_mut() {
                    node[0] ^= 1;
                    assert!(!leads_to(all[i as usize], i, n, &bent, &edge.root()));
                }
            }
        }
    }
}
