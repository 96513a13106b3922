//! What a complaint says: the matters it may be about, the place, whose business it is, how urgent it is.
//!
//! Pure: a text, a catalogue and a gazetteer go in, proposals with their reasons come out. A person decides.
