//! How long detection takes: `cargo bench -p offsite`.

fn main() {
    divan::main();
}
