"""Do the trainers that the card names take a release by the lines that the card shows? Each by its own loader.

    python benchmarks/trainers.py RELEASE [TOOL ...]

A line for each tool and config: version, rows, what was checked. The code in the section "For trainers" of
`RELEASE/README.md` is run as it stands, NAME being the release, by a pinned version of each tool, in an environment
that uv makes for it (several GB the first time). No weights are fetched: the model is tiny and random, its tokenizer is
made from the release, a step of training is small. Rewards run in the sandbox. What can't be installed is skipped.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from typing import NamedTuple

import uv

# What belongs to a tool is imported where it is used: each has an environment of its own.

ROOT = Path(__file__).resolve().parents[1]
TORCH = 'torch==2.13.0'  # the same for all, so that it is fetched once
SECONDS = 1800
LONGEST = 1 << 17  # tokens: more than any row has
ENVIRONMENT = {
    'AXOLOTL_DO_NOT_TRACK': '1',
    'CUDA_VISIBLE_DEVICES': '',
    'HF_HUB_OFFLINE': '1',
    'TOKENIZERS_PARALLELISM': 'false',
}
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

# A config, and what gives its rows and says what was checked.
Check = tuple[str, Callable[[], tuple[int, str]]]


class Place(NamedTuple):
    """A release, and a folder for whatever a tool writes."""

    release: Path
    folder: Path

    @property
    def model(self) -> str:
        return str(self.folder / 'model')

    def code(self, language: str) -> list[str]:
        """What the card shows to trainers in a language."""
        section = (self.release / 'README.md').read_text().split('\n## For trainers\n')[1].split('\n## ')[0]
        found = re.findall(rf'^```{language}\n(.*?)^```', section, re.DOTALL | re.MULTILINE)
        return found if language == 'python' else [text.replace('NAME', str(self.release)) for text in found]

    def rows(self, config: str, split: str = 'train') -> list[dict[str, Any]]:
        import pyarrow.parquet

        return pyarrow.parquet.read_table(self.release / f'data/{config}/{split}-00000-of-00001.parquet').to_pylist()

    def answers(self) -> set[str]:
        """What a model may learn to write."""
        kept = {row['messages'][-1]['content'].strip() for row in self.rows('sft')}
        return kept | {row['chosen'][-1]['content'].strip() for row in self.rows('preferences')}

    def solved(self) -> list[tuple[int, str]]:
        """Of two rows of `verifiable` in Python that differ in their requirements: index, an answer that is right."""
        written = [row for row in self.rows('sft') if row['task_type'] == 'generation']
        made = {row['example']: row['messages'][-1]['content'] for row in written}
        rows = enumerate(self.rows('verifiable'))
        python = [(i, row) for i, row in rows if row['language'] == 'python' and not row['framework']]
        differing = {len(row['requirements']): (i, made[row['example']]) for i, row in python}
        return list(differing.values())[:2]


def make_model(place: Place) -> None:
    """A tokenizer and a model of one layer, as files that each of the tools loads by the folder's name."""
    import tokenizers
    import transformers
    from tokenizers import decoders
    from tokenizers import models
    from tokenizers import pre_tokenizers
    from tokenizers import trainers

    core = tokenizers.Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=8192, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    core.train_from_iterator((row['messages'][-1]['content'] for row in place.rows('sft')), trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, eos_token='<|im_end|>', pad_token='<|endoftext|>', model_max_length=LONGEST
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(place.model)
    sizes = {'hidden_size': 16, 'intermediate_size': 16, 'num_hidden_layers': 1, 'num_attention_heads': 2}
    ends = {'bos_token_id': None, 'eos_token_id': tokenizer.eos_token_id, 'pad_token_id': tokenizer.pad_token_id}
    config = transformers.LlamaConfig(vocab_size=8192, max_position_embeddings=LONGEST, **sizes, **ends)
    transformers.LlamaForCausalLM(config).save_pretrained(place.model)


def same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise ValueError(f'{what}: {str(found)[:200]!r} instead of {str(wanted)[:200]!r}')


def learnt(tokenizer: Any, labels: Any, answers: set[str]) -> str:
    """Checks that what each of the labels (token ids, -100 where there is no loss) teaches is an answer, whole."""
    for ids in labels:
        text = tokenizer.decode([one for one in ids if one != -100], skip_special_tokens=True).strip()
        if text not in answers:
            raise ValueError(f'learns to write what is no answer: {text[:200]!r}')
    return 'loss on answers alone'


def readers(place: Place) -> Iterator[Check]:
    """datasets, pandas, polars and DuckDB see the same rows and columns, and the card's queries run."""
    import datasets
    import duckdb
    import pandas
    import polars

    def alike(config: str, split: str, file: Path) -> tuple[int, str]:
        table = datasets.load_dataset(str(place.release), config, split=split)
        wanted = (list(table['id']), table.column_names)
        same('pandas', ((frame := pandas.read_parquet(file))['id'].tolist(), list(frame.columns)), wanted)
        same('polars', ((frame := polars.read_parquet(file))['id'].to_list(), frame.columns), wanted)
        relation = duckdb.sql(f"SELECT * FROM '{file}'")
        same('duckdb', ([row[0] for row in relation.select('id').fetchall()], relation.columns), wanted)
        versions = ', '.join(f'{name} {version(name)}' for name in ('pandas', 'polars', 'duckdb'))
        return len(table), f'{len(table.column_names)} columns and the ids, the same in {versions}'

    for file in sorted(place.release.glob('data/*/*.parquet')):
        config, split = file.parent.name, file.name.split('-')[0]
        yield f'{config}/{split}', partial(alike, config, split, file)
    prose = re.sub(r'^```.*?^```', '', (place.release / 'README.md').read_text(), flags=re.DOTALL | re.MULTILINE)
    spans = re.findall(r'`([^`]+)`', prose)
    os.chdir(place.release)
    for code in (one for one in spans if one.startswith('polars.')):
        yield 'card', lambda code=code: (len(eval(code, {'polars': polars})), code)
    for code in (one for one in spans if one.startswith('SELECT ')):
        yield 'card', lambda code=code: (len(duckdb.sql(code).fetchall()), code)


def together(place: Place) -> Iterator[Check]:
    """Together's check before an upload for fine-tuning, and OpenAI's types of a message."""
    import pydantic
    from openai.types.chat import ChatCompletionMessageParam
    from together.lib.utils.files import check_file

    messages = pydantic.TypeAdapter(list[ChatCompletionMessageParam])

    def accepted(file: Path) -> tuple[int, str]:
        report = check_file(file)
        same(report['message'], report['is_check_passed'], True)
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        for row in rows:
            messages.validate_python(row['messages'], strict=True)
        same('rows', report['num_samples'], len(rows))
        return len(rows), f'check_file; types of openai {version("openai")}'

    for file in sorted(place.release.glob('chat/*.jsonl')):
        yield f'chat/{file.name}', partial(accepted, file)


def trl(place: Place) -> Iterator[Check]:
    """Each trainer that the card shows prepares all rows and makes a step."""
    import trl as library

    small = {'max_steps': 1, 'per_device_train_batch_size': 2, 'use_cpu': True, 'bf16': False, 'report_to': 'none'}
    small |= {'output_dir': str(place.folder / 'out'), 'save_strategy': 'no', 'gradient_checkpointing': False}
    sampled = {'num_generations': 2, 'max_completion_length': 8}
    (code,) = place.code('python')
    statements = ast.parse(code).body
    names: dict[str, Any] = {'NAME': str(place.release), 'model': place.model}
    exec('\n'.join(ast.unparse(one) for one in statements if not isinstance(one, ast.Expr)), names)
    for made, forced in ((library.SFTConfig, small), (library.DPOConfig, small), (library.GRPOConfig, small | sampled)):
        names[made.__name__] = lambda made=made, forced=forced, **given: made(**{**given, **forced})

    def trained(config: str, statement: str) -> tuple[int, str]:
        trainer = eval(statement, names)
        rows = trainer.train_dataset
        same('rows', len(rows), len(place.rows(config)))
        trainer.train()
        if config == 'verifiable':
            said = f'all {len(rows.column_names)} columns given to `reward`; {rewarded(trainer)}'
        elif config == 'sft':
            whole = [row['labels'] for row in rows if len(row['input_ids']) < trainer.args.max_length]
            said = learnt(trainer.processing_class, whole[::10], place.answers())
            said += f'; {len(rows) - len(whole)} cut to {trainer.args.max_length} tokens'
        else:
            said = 'prompt, chosen and rejected as ids' if 'chosen_ids' in rows.column_names else 'no ids'
        return len(rows), f'{type(trainer).__name__}: prepared, one step; {said}'

    def rewarded(trainer: Any) -> str:
        solved = place.solved()
        inputs = [trainer.train_dataset[index] for index, _ in solved] * 2
        texts = [answer for _, answer in solved] + ['no answer'] * len(solved)
        completions = [[{'role': 'assistant', 'content': text}] for text in texts]
        ids = [[0]] * len(texts)
        rewards = trainer._calculate_rewards(inputs, [row['prompt'] for row in inputs], completions, ids)
        same('rewards', rewards.flatten().tolist(), [1.0] * len(solved) + [0.0] * len(solved))
        return 'a right answer is worth 1, none 0'

    for statement in (ast.unparse(one) for one in statements if isinstance(one, ast.Expr)):
        config = re.search(r"load_dataset\(NAME, '(\w+)'", statement)[1]
        yield config, partial(trained, config, statement)


def axolotl(place: Place) -> Iterator[Check]:
    """The YAML of the card is valid for axolotl, and its loaders make token ids or texts of all rows."""
    import yaml
    from axolotl.cli.config import load_cfg
    from axolotl.common import datasets
    from axolotl.loaders import load_tokenizer

    # One process: the others would start this script again.
    small = {'micro_batch_size': 1, 'gradient_accumulation_steps': 1, 'num_epochs': 1, 'learning_rate': 0.1}
    small |= {'dataset_num_proc': 1, 'base_model': place.model, 'sequence_len': LONGEST}

    def loaded(config: str, given: dict[str, Any]) -> tuple[int, str]:
        file = place.folder / f'{config}.yaml'
        prepared = str(place.folder / config)
        file.write_text(yaml.safe_dump({**given, **small, 'output_dir': prepared, 'dataset_prepared_path': prepared}))
        cfg = load_cfg(str(file))
        load = datasets.load_preference_datasets if cfg.rl else datasets.load_datasets
        rows = load(cfg=cfg, cli_args=None).train_dataset
        same('rows', len(rows), len(place.rows(config)))
        if not cfg.rl:
            return len(rows), learnt(load_tokenizer(cfg), rows['labels'][::10], place.answers())
        for row in rows:
            same('prompt', (row['prompt'][:17], row['prompt'][-22:]), ('<|im_start|>user\n', '<|im_start|>assistant\n'))
            same('chosen', row['chosen'].removesuffix('<|im_end|>').strip() in place.answers(), True)
        return len(rows), 'prompt, chosen and rejected by the chat template'

    for code in place.code('yaml'):
        given = yaml.safe_load(code)
        (dataset,) = given['datasets']
        config = dataset.get('name') or Path(dataset['path']).parent.name
        yield config, partial(loaded, config, given)


def llamafactory(place: Place) -> Iterator[Check]:
    """The entries of the card for `dataset_info.json`, through LLaMA-Factory's `get_dataset`."""
    from llamafactory.data import get_dataset
    from llamafactory.data import get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    (code,) = place.code('json')
    (place.folder / 'dataset_info.json').write_text(code)
    small = {'model_name_or_path': place.model, 'template': 'chatml', 'finetuning_type': 'full', 'do_train': True}
    small |= {'use_cpu': True, 'report_to': 'none', 'cutoff_len': LONGEST, 'dataset_dir': str(place.folder)}
    small |= {'output_dir': str(place.folder / 'out'), 'overwrite_cache': True}

    def loaded(name: str, entry: dict[str, Any]) -> tuple[int, str]:
        stage = 'dpo' if entry.get('ranking') else 'sft'
        model, data, training, _, _ = get_train_args({**small, 'dataset': name, 'stage': stage})
        tools = load_tokenizer(model)
        template = get_template_and_fix_tokenizer(tools['tokenizer'], data)
        kind = 'rm' if stage == 'dpo' else stage
        rows = get_dataset(template, model, data, training, kind, **tools)['train_dataset']
        same('rows', len(rows), len(place.rows(entry['subset'])))
        labels = rows['chosen_labels' if stage == 'dpo' else 'labels'][::10]
        return len(rows), f'{name}, {stage}: {learnt(tools["tokenizer"], labels, place.answers())}'

    for name, entry in json.loads(code).items():
        yield entry['subset'], partial(loaded, name, entry)


def verl(place: Place) -> Iterator[Check]:
    """verl's configuration with the overrides of the card, its dataset, its batches, and its reward manager."""
    import hydra
    import torch
    import verl as library
    from verl.experimental.reward_loop import migrate_legacy_reward_impl
    from verl.trainer.ppo.reward import load_reward_manager
    from verl.utils import hf_tokenizer
    from verl.utils.dataset import rl_dataset

    (code,) = place.code('bash')
    overrides = [one for one in shlex.split(code, comments=True) if '=' in one]

    async def scores(manager: Any, tokenizer: Any, batch: Any) -> list[dict[str, Any]]:
        found = []
        for index, answer in place.solved():
            one = batch[index : index + 1]
            one.batch['responses'] = tokenizer(answer, return_tensors='pt')['input_ids']
            one.batch['attention_mask'] = torch.ones_like(one.batch['responses'])
            found.append(await manager.run_single(one))
        return found

    def scored() -> tuple[int, str]:
        with hydra.initialize_config_module('verl.trainer.config', version_base=None):
            config = hydra.compose('ppo_trainer', [*overrides, f'actor_rollout_ref.model.path={place.model}'])
        config = migrate_legacy_reward_impl(config)
        tokenizer = hf_tokenizer(place.model)
        rows = rl_dataset.get_dataset_class(config.data)(config.data.train_files, tokenizer, config.data)
        same('rows', len(rows), len(place.rows('verifiable')))
        batch = library.DataProto.from_single_dict(rl_dataset.collate_fn(list(rows)))
        as_ids = partial(tokenizer.apply_chat_template, return_dict=False)
        longest = max(len(as_ids(prompt)) for prompt in batch.non_tensor_batch['raw_prompt'])
        same(f'longest prompt ({longest} tokens) fits', longest <= config.data.max_prompt_length, True)

        async def run() -> list[dict[str, Any]]:
            return await scores(load_reward_manager(config, tokenizer), tokenizer, batch)

        found = asyncio.run(run())
        same('rewards', [one['reward_score'] for one in found], [1.0] * len(found))
        # verl reads the keys of a batch's first row of all the others (`AgentLoopWorker._postprocess`).
        keys = [sorted(one['reward_extra_info']) for one in found]
        same('the same keys in each row', keys, keys[:1] * len(keys))
        return len(rows), f'a batch of all, longest prompt {longest} tokens; a right answer is worth 1; keys {keys[0]}'

    yield 'verifiable', scored


TOOLS: dict[str, tuple[Callable[[Place], Iterator[Check]], tuple[str, ...]]] = {
    'datasets': (readers, ('datasets==5.2.0', 'pandas==3.1.1', 'polars==2.1.0', 'duckdb==2.0.0')),
    'together': (together, ('together==3.1.1', 'openai==3.54.0')),
    'trl': (trl, ('trl==1.16.0', TORCH)),
    'axolotl': (axolotl, ('axolotl==0.19.0', TORCH)),
    'llamafactory': (llamafactory, ('llamafactory==0.9.5', TORCH)),
    'verl': (verl, ('verl==0.9.1', TORCH)),
}


def inside(tool: str, place: Place) -> None:
    """Runs the checks of a tool in its environment; only results go to standard output."""
    results = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)
    check, packages = TOOLS[tool]
    print(f'{tool} {version(tool)}: installed', file=results)
    if TORCH in packages:
        make_model(place)
    for config, run in check(place):
        try:
            count, said = run()
        except Exception as error:
            said = ' '.join(f'{type(error).__name__}: {error}'.split())
            print(f'{tool} {version(tool)}  {config}: failed: {said[:500]}', file=results)
        else:
            print(f'{tool} {version(tool)}  {config}: {count} rows: {said}: ok', file=results)


def outside(tool: str, release: Path) -> bool:
    """Runs a tool in an environment of its own, prints its results, and tells whether all were good."""
    command = [uv.find_uv_bin(), 'run', '--quiet', '--isolated', '--frozen', '--no-dev', '--project', str(ROOT)]
    command += [f'--python={sys.version_info[0]}.{sys.version_info[1]}', *(f'--with={one}' for one in TOOLS[tool][1])]
    with tempfile.TemporaryDirectory() as folder:
        given = [str(Path(__file__).resolve()), str(release), tool, '--inside', folder]
        environment = {**os.environ, **ENVIRONMENT, 'HF_HOME': f'{folder}/hub', 'PYTHONPATH': str(ROOT)}
        done = subprocess.run(
            [*command, 'python', *given], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
    print(done.stdout, end='', flush=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ['no message'])[-1]
        print(f'{tool}  {"failed" if done.stdout else "skipped, can not be installed"}: {last}', flush=True)
    return not done.returncode and ': failed: ' not in done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('release', type=Path)
    parser.add_argument('tools', nargs='*', choices=[[], *TOOLS], metavar='TOOL')
    parser.add_argument('--inside', type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    release = given.release.resolve()
    if given.inside:
        inside(given.tools[0], Place(release, given.inside))
        return 0
    good = [outside(tool, release) for tool in given.tools or TOOLS]
    return int(not all(good))


if __name__ == '__main__':
    raise SystemExit(main())
