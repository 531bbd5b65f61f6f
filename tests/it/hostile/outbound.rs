//! Group of cases: outbound.
