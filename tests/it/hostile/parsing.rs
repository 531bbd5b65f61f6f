//! Group of cases: parsing.
