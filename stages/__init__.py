"""The stages, in order; `dvc.yaml` is the one place where they know of each other.

index    examples/ → proofs/index.jsonl      read and check everything, a line of digests an example
verify   → proofs/verdicts.jsonl             build and test every variant in the sandbox, with a negative control
split    → proofs/splits.jsonl               train, validation and test by family; a released example never moves
export   → release/                          Parquet, dataset card, manifest of digests
readme   → README.md                          the table of what is proven
"""
