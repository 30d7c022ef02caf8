"""The stages, in order; `dvc.yaml` is the one place where they know of each other.

index           examples/ → proofs/index.jsonl     read, check and screen everything, a line of digests an example
verify          → proofs/verdicts.jsonl            build and test every variant in the sandbox, with a negative control
mutate          → proofs/mutants.jsonl             small faults in each solution, which its tests must find
flakiness       → proofs/flakiness.jsonl           the tests again and again, shuffled
measure         → proofs/measures.jsonl            lines, complexity, coverage
benchmark       → proofs/timings.jsonl             time, memory and growth of each variant on its workloads
dedupe          → build/duplicates.jsonl           near-copies of code and of tasks
decontaminate   → build/contamination.jsonl        overlap with public benchmarks
gate            → proofs/gate.jsonl                what is released, and the reasons against what is not
split           → proofs/splits.jsonl              train, validation and test by family; none ever moves
export          → release/                         Parquet, chat files, cards, manifest of digests
report          → report/                          a web site to search and read all examples
readme          → README.md                        figures of what is proven; tables of all, in COLLECTION.md
publish         → publish/receipt.json             upload and tag on the Hub; in publish/dvc.yaml, never run by itself
"""
