"""Releases reach the Hub whole, once and never over someone's work; what goes wrong is told in a sentence."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hub import ID_TOKEN
from hub import READER
from hub import TRUSTED
from hub import WRITER
from hub import Hub
from huggingface_hub import HfApi
from huggingface_hub.utils.tqdm import disable_progress_bars

from stages import publish as stage
from stages.core import hub as client
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.errors import run_main

REPOSITORY = Path(__file__).parents[1]
# How the client sends files; its own matter.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
REPO = 'org/demo'
RELEASE, RECEIPT, PUBLISHED = Path('release'), Path('publish/receipt.json'), Path('proofs/published.json')


@functools.cache
def parquet(*numbers):
    buffer = io.BytesIO()
    pq.write_table(pa.table({'id': list(numbers), 'text': [f'row {n}' for n in numbers]}), buffer)
    return buffer.getvalue()


def shard(split, config='examples'):
    return f'data/{config}/{split}-00000-of-00001.parquet'


def card(names):
    configs = {}
    for name in names:
        _, config, file = name.split('/')
        configs.setdefault(config, []).append({'split': file.partition('-')[0], 'path': name})
    told = [{'config_name': name, 'data_files': found} for name, found in configs.items()]
    return f'---\n{yaml.safe_dump({"configs": told})}---\n# Demo\n'


def write(version='1.0.0', root=RELEASE, **files):
    """A release folder: shards by split, other files as they are."""
    shutil.rmtree(root, ignore_errors=True)
    contents = {shard(split): parquet(*numbers) for split, numbers in files.items()}
    contents |= {'README.md': f'{card(contents)}{version}\n'.encode(), 'LICENSE': b'MIT\n'}
    for name, content in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    seal(version, root)


def seal(version='1.0.0', root=RELEASE):
    """Write the manifest of what lies there."""
    manifest = root / 'MANIFEST.json'
    manifest.unlink(missing_ok=True)
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob('*')) if path.is_file()}
    listed = {name: {'sha256': hashlib.sha256(raw).hexdigest(), 'bytes': len(raw)} for name, raw in found.items()}
    manifest.write_text(json.dumps({'name': 'demo', 'version': version, 'schema_version': 1, 'files': listed}))


def local():
    return {path.relative_to(RELEASE).as_posix(): path.read_bytes() for path in RELEASE.rglob('*') if path.is_file()}


def there(hub, revision='main'):
    """Contents on the Hub, without its own file."""
    repo = hub.repos[REPO]
    files = repo.commits[repo.resolve(revision)].files
    return {path: hub.blobs[one.sha256 or one.oid] for path, one in files.items() if path != '.gitattributes'}


def titles(hub):
    return [commit.title for _, commit in hub.repos[REPO].history()]


def git(*arguments):
    name = ('-c', 'user.name=n', '-c', 'user.email=n@example.com', '-c', 'commit.gpgsign=false')
    return subprocess.run(('git', *name, *arguments), check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A clean repository, as the working directory, with release 1.0.0 in it."""
    monkeypatch.chdir(tmp_path)
    Path('.gitignore').write_text('/release/\n')
    Path('params.yaml').write_text(f'publish: {{repo: {REPO}}}\n')
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '-m', 'first')
    write(train=(1, 2, 3), validation=(4,), test=(5,))


@pytest.fixture
def waits(monkeypatch):
    """Seconds that were slept; none really is."""
    slept = []
    monkeypatch.setattr('time.sleep', slept.append)
    return slept


@pytest.fixture
def hub(repository, waits, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_DISABLE_XET', True)
    monkeypatch.setattr(huggingface_hub.constants, 'HF_TOKEN_PATH', str(tmp_path_factory.mktemp('home') / 'token'))
    for name in ('HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_OIDC_RESOURCE', 'HF_OIDC_ID_TOKEN'):
        monkeypatch.delenv(name, raising=False)
    disable_progress_bars()
    with Hub() as hub:
        hub.create(REPO)
        yield hub
        huggingface_hub.close_session()


def publish(hub, token=WRITER, repo=REPO, force=False):
    api = HfApi(endpoint=hub.url, token=token)
    return stage.publish(RELEASE, repo, RECEIPT, PUBLISHED, api, force=force)


def refused(hub, **arguments):
    """What one refusal says; no token is in it."""
    with pytest.raises(ProvenError) as caught:
        publish(hub, **arguments)
    assert 'secret' not in str(caught.value)
    return str(caught.value)


def untouched(hub):
    return titles(hub) == ['initial commit'] and not hub.repos[REPO].tags and not RECEIPT.exists()


# What a release does


def test_first_release_is_one_commit_and_one_tag(hub):
    publish(hub)
    repo = hub.repos[REPO]
    (oid, commit), (parent, _) = repo.history()
    assert (commit.title, commit.parent) == ('Release v1.0.0', parent)
    assert repo.tags == {'v1.0.0': oid}
    assert there(hub, 'v1.0.0') == local()
    manifest = hashlib.sha256((RELEASE / 'MANIFEST.json').read_bytes()).hexdigest()
    source = git('rev-parse', 'HEAD')
    assert commit.description == f'Source commit: {source}\nSHA-256 of MANIFEST.json: {manifest}'
    assert json.loads(RECEIPT.read_text()) == {
        'repo': REPO,
        'version': '1.0.0',
        'tag': 'v1.0.0',
        'commit': oid,
        'source': source,
        'manifest': manifest,
    }
    assert PUBLISHED.read_bytes() == (RELEASE / 'MANIFEST.json').read_bytes()


def test_second_time_nothing_is_sent(hub):
    publish(hub)
    before, done = RECEIPT.read_bytes(), len(hub.log)
    publish(hub)
    assert [one.method for one in hub.log[done:]] == ['GET'] * (len(hub.log) - done)
    assert RECEIPT.read_bytes() == before


def test_receipt_is_the_same_whoever_finds_it_published(hub):
    first = publish(hub)
    RECEIPT.unlink()
    git('commit', '--quiet', '--allow-empty', '-m', 'later')
    assert publish(hub, token=None) == first


def test_older_release_once_more_changes_nothing_and_its_receipt_names_its_own_commit(hub):
    first = publish(hub)
    write('1.1.0', train=(1,))
    publish(hub)
    done = len(hub.log)
    write(train=(1, 2, 3), validation=(4,), test=(5,))
    assert publish(hub) == first
    assert {one.method for one in hub.log[done:]} == {'GET'}


def test_next_release_sends_what_changed_and_removes_what_is_stale(hub):
    publish(hub)
    old, sent = there(hub), hub.sent()
    write('1.1.0', train=(1, 2, 3), validation=(4, 6))
    publish(hub)
    assert titles(hub) == ['Release v1.1.0', 'Release v1.0.0', 'initial commit']
    assert there(hub, 'v1.1.0') == local()
    assert shard('test') not in there(hub)
    assert there(hub, 'v1.0.0') == old
    assert hub.sent() - sent == len(parquet(4, 6))
    assert '.gitattributes' in hub.repos[REPO].commits[hub.repos[REPO].head].files


def test_release_with_the_same_data_sends_no_data(hub):
    publish(hub)
    sent = hub.sent()
    write('1.0.1', train=(1, 2, 3), validation=(4,), test=(5,))
    publish(hub)
    assert hub.sent() == sent
    assert len(titles(hub)) == 3


def test_three_hundred_files_over_xet_are_one_commit(repository, tmp_path, monkeypatch, waits):
    for number in range(300):
        path = RELEASE / shard('train', f'c{number}')
        path.parent.mkdir()
        path.write_bytes(parquet(number))
    names = [name for name in local() if name.endswith('.parquet')]
    (RELEASE / 'README.md').write_text(card(names))
    seal()
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_DISABLE_XET', False)
    with Hub(xet=tmp_path.parent / f'{tmp_path.name}-xet') as hub:
        hub.page = 1000
        hub.create(REPO)
        publish(hub)
        assert titles(hub) == ['Release v1.0.0', 'initial commit']
        assert not hub.sent()
        assert set(hub.repos[REPO].commits[hub.repos[REPO].head].files) == {*local(), '.gitattributes'}
        huggingface_hub.close_session()


def test_dry_run_tells_the_plan_without_a_token_and_changes_nothing(hub):
    publish(hub)
    write('1.1.0', train=(1, 2, 3), validation=(4, 6), other=(7,))
    state = [path.read_bytes() for path in (RECEIPT, PUBLISHED)]
    done = len(hub.log)
    lines = stage.dry_run(RELEASE, REPO, RECEIPT, HfApi(endpoint=hub.url, token=None))
    changed = ['MANIFEST.json', 'README.md', shard('validation')]
    size = sum((RELEASE / name).stat().st_size for name in (*changed, shard('other')))
    assert lines == [
        f'added {shard("other")}',
        *(f'changed {name}' for name in changed),
        f'removed {shard("test")}',
        f'org/demo v1.1.0: 5 files change, {size} bytes at most; the tag is new',
    ]
    assert {one.method for one in hub.log[done:]} == {'GET'}
    assert [path.read_bytes() for path in (RECEIPT, PUBLISHED)] == state


def test_dry_run_of_what_is_published_has_nothing_to_do(hub):
    publish(hub)
    lines = stage.dry_run(RELEASE, REPO, RECEIPT, HfApi(endpoint=hub.url))
    assert lines == ['org/demo v1.0.0: 0 files change, 0 bytes at most; the tag is there']


def test_dry_run_refuses_what_would_be_refused(hub):
    publish(hub)
    write(train=(9,))
    with pytest.raises(ProblemsFound, match='tags never move'):
        stage.dry_run(RELEASE, REPO, RECEIPT, HfApi(endpoint=hub.url))
    (RELEASE / 'stray').touch()
    with pytest.raises(ProblemsFound, match='not in the manifest'):
        stage.dry_run(RELEASE, REPO, RECEIPT, HfApi(endpoint=hub.url))


# What passes


@pytest.mark.parametrize('outcome', [408, 409, 412, 429, 500, 502, 503, 504, 'drop', 'drop_reply'])
@pytest.mark.parametrize('request_', ['POST /commit/', 'POST /tag/', 'GET /refs', 'GET /tree/', 'POST /validate-yaml'])
def test_passing_fault_is_waited_out_and_nothing_is_doubled(hub, waits, request_, outcome):
    hub.fail(*request_.split(), outcome)
    publish(hub)
    assert titles(hub) == ['Release v1.0.0', 'initial commit']
    assert hub.repos[REPO].tags == {'v1.0.0': hub.repos[REPO].head}
    assert there(hub, 'v1.0.0') == local()
    assert len(waits) == 1


def test_waits_grow_and_heed_what_the_hub_asks(hub, waits):
    hub.fail('POST', '/commit/', 503, times=3)
    publish(hub)
    assert waits == [2, 4, 8]
    hub.retry_after = '9999'
    hub.fail('POST', '/commit/', 429)
    write('1.1.0', train=(1,))
    publish(hub)
    assert waits == [2, 4, 8, 300]


def test_a_commit_or_tag_that_a_server_does_not_know_yet_is_asked_for_again(hub):
    repo = hub.repos[REPO]
    known = repo.resolve
    lagging = {'v1.0.0'}

    def resolve(revision):
        if revision in lagging:
            lagging.remove(revision)
            return None
        return known(revision)

    repo.resolve = resolve
    publish(hub)
    assert not lagging
    assert there(hub, 'v1.0.0') == local()


def test_fault_that_stays_leaves_the_old_release_and_can_be_gone_on_from(hub):
    publish(hub)
    old, sent = there(hub), hub.sent()
    write('1.1.0', train=(1, 2), validation=(4, 6), test=(7, 8))
    hub.fail('POST', '/commit/', 503, times=99)
    assert 'org/demo: the Hub answers HTTP 503; run it again later' in refused(hub)
    assert there(hub) == old
    assert list(hub.repos[REPO].tags) == ['v1.0.0']
    assert json.loads(RECEIPT.read_text())['version'] == '1.0.0'
    assert json.loads(PUBLISHED.read_text())['version'] == '1.0.0'
    hub.faults.clear()
    publish(hub)
    assert there(hub, 'v1.1.0') == local()
    assert hub.sent() - sent == len(parquet(1, 2)) + len(parquet(4, 6)) + len(parquet(7, 8))


def test_upload_of_a_file_that_keeps_failing_is_told_and_gone_on_from(hub):
    hub.fail('PUT', '/lfs/', 500, times=999, after=2)
    assert 'HTTP 500' in refused(hub)
    assert untouched(hub)
    kept = {oid for oid in hub.blobs if len(oid) == 64}
    assert len(kept) == 2
    hub.faults.clear()
    done = len(hub.log)
    publish(hub)
    again = {one.path.rpartition('/')[2] for one in hub.log[done:] if one.method == 'PUT'}
    assert len(again) == 1
    assert not again & kept
    assert there(hub, 'v1.0.0') == local()


def test_publishing_that_was_killed_goes_on(hub):
    hub.before('PUT', '/lfs/', lambda: os.kill(process.pid, signal.SIGKILL), after=2)
    process = subprocess.Popen(command(), env=environment(hub), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.wait(60) == -signal.SIGKILL
    assert untouched(hub)
    first = {one.path for one in hub.log if one.method == 'PUT'}
    done = len(hub.log)
    publish(hub)
    assert there(hub, 'v1.0.0') == local()
    assert not first & {one.path for one in hub.log[done:] if one.method == 'PUT'}


# Races


def test_commit_made_meanwhile_is_not_written_over(hub):
    publish(hub)
    write('1.1.0', train=(1,))
    repo = hub.repos[REPO]
    theirs = repo.commits[repo.head].files | {'README.md': hub.keep(b'mended in the browser')}
    hub.before('POST', '/commit/', lambda: repo.add('Update README.md', theirs))
    assert 'main: has a commit that the last receipt does not know' in refused(hub)
    assert titles(hub) == ['Update README.md', 'Release v1.0.0', 'initial commit']
    assert list(hub.repos[REPO].tags) == ['v1.0.0']


def test_tag_taken_meanwhile_stays_where_it_is(hub):
    repo = hub.repos[REPO]
    hub.before('POST', '/tag/', lambda: repo.tags.update({'v1.0.0': repo.history()[-1][0]}))
    assert 'v1.0.0: is on the Hub with other content' in refused(hub)
    assert repo.tags == {'v1.0.0': repo.history()[-1][0]}
    assert not RECEIPT.exists()


def test_tag_is_on_the_release_whatever_comes_after_it(hub):
    repo = hub.repos[REPO]
    hub.before('POST', '/tag/', lambda: repo.add('Upload', repo.commits[repo.head].files | {'x': hub.keep(b'x')}))
    publish(hub)
    assert titles(hub) == ['Upload', 'Release v1.0.0', 'initial commit']
    assert there(hub, 'v1.0.0') == local()


def test_same_release_by_someone_else_meanwhile_is_done(hub):
    api = HfApi(endpoint=hub.url, token=WRITER)
    hub.before('POST', '/commit/', lambda: client.upload(api, REPO, client.read(RELEASE), 'a' * 40, None))
    assert publish(hub).source == 'a' * 40
    assert titles(hub) == ['Release v1.0.0', 'initial commit']


# What is refused


def test_moved_tag_is_refused_before_anything_is_sent(hub):
    publish(hub)
    state, done = there(hub), len(hub.log)
    write(train=(9,))
    message = refused(hub)
    assert message.startswith('org/demo: v1.0.0: is on the Hub with other content (MANIFEST.json, README.md, data/')
    assert message.endswith(' and 2 more); tags never move: raise the version')
    assert {one.method for one in hub.log[done:]} == {'GET'}
    assert there(hub) == state


def test_commit_made_on_the_hub_is_refused_unless_forced(hub):
    publish(hub)
    repo = hub.repos[REPO]
    edit = repo.add('Update README.md', repo.commits[repo.head].files | {'notes.md': hub.keep(b'mine')})
    write('1.1.0', train=(1,))
    done = len(hub.log)
    message = refused(hub)
    assert f'{hub.url}/datasets/org/demo/commit/{edit}' in message
    assert message.endswith('take over what it has, then use --force')
    assert {one.method for one in hub.log[done:]} == {'GET'}
    publish(hub, force=True)
    assert there(hub, 'v1.1.0') == local()


def test_dataset_that_someone_emptied_is_not_filled_again(hub):
    publish(hub)
    repo = hub.repos[REPO]
    repo.add('Delete all', {'.gitattributes': hub.keep(b'')})
    write('1.1.0', train=(1,))
    assert 'does not know' in refused(hub)


def test_files_that_someone_put_there_before_the_first_release_are_refused(hub):
    repo = hub.repos[REPO]
    repo.add('Upload', repo.commits[repo.head].files | {'notes.md': hub.keep(b'mine')})
    assert 'does not know' in refused(hub)
    assert 'notes.md' in there(hub)


def test_receipt_of_another_dataset_knows_nothing(hub):
    publish(hub)
    repo = hub.create('org/other')
    assert publish(hub, repo='org/other').commit == repo.head
    repo.add('Upload', repo.commits[repo.head].files | {'notes.md': hub.keep(b'mine')})
    write('1.1.0', train=(1,))
    assert 'org/demo' in refused(hub)
    assert 'org/other' in refused(hub, repo='org/other')


def test_no_token_is_told_before_anything_is_sent(hub):
    message = refused(hub, token=None)
    assert message == 'org/demo: there is no token; log in with `hf auth login` or set HF_TOKEN'
    assert {one.method for one in hub.log} == {'GET'}


@pytest.mark.parametrize(
    ('token', 'repo', 'message'),
    [
        ('hf_unknown-secret', REPO, 'org/demo: HTTP 401: the Hub does not accept this token; log in again with'),
        (READER, REPO, 'org/demo: HTTP 403: this token may not write here; take one with write access to this dataset'),
        (WRITER, 'org/none', 'org/none: HTTP 404: there is no such dataset, or this token may not see it; make it on'),
    ],
)
def test_refusal_is_one_sentence(hub, waits, token, repo, message):
    refusal = refused(hub, token=token, repo=repo)
    assert refusal.startswith(message)
    assert '\n' not in refusal
    assert not waits
    assert not hub.writes()
    assert untouched(hub)


def test_other_refusals_are_told_in_the_words_of_the_hub(hub, waits):
    hub.fail('POST', '/commit/', 422)
    assert refused(hub) == 'org/demo: the Hub refuses with HTTP 422: injected'
    assert not waits


def test_card_that_the_hub_refuses_is_told(hub):
    hub.bad_card = '"license" must be one of the list'
    message = refused(hub)
    assert message.startswith(
        'release/README.md: front matter: the Hub refuses it: Invalid metadata in README.md. - "lic'
    )
    assert untouched(hub)
    assert not hub.sent()


def test_hub_that_can_not_be_reached_is_told(hub):
    gone = HfApi(endpoint='http://127.0.0.1:9', token=WRITER)
    with pytest.raises(ProvenError, match=r'^org/demo: the Hub could not be reached \(ConnectError\); run it again'):
        stage.publish(RELEASE, REPO, RECEIPT, PUBLISHED, gone)


def test_offline_mode_is_told(hub, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_OFFLINE', True)
    huggingface_hub.close_session()
    assert refused(hub) == 'org/demo: HF_HUB_OFFLINE: is set; unset it to reach the Hub'


def test_missing_identity_of_a_workflow_is_told(hub, monkeypatch):
    monkeypatch.setenv('HF_OIDC_RESOURCE', f'datasets/{REPO}')
    monkeypatch.delenv('GITHUB_ACTIONS', raising=False)
    assert refused(hub, token=None).startswith('org/demo: HF_OIDC_RESOURCE: ')


def test_hub_that_leaves_out_a_file_gets_no_tag(hub):
    hub.ignored = 'LICENSE'
    message = refused(hub)
    assert re.fullmatch(r'org/demo at \w{40} is not what was sent \(LICENSE\); see what the Hub made of it', message)
    assert not hub.repos[REPO].tags
    assert not RECEIPT.exists()


def test_tag_that_has_something_else_in_the_end_is_told(hub):
    repo = hub.repos[REPO]
    hub.before('GET', '/tree/v1.0.0', lambda: repo.tags.update({'v1.0.0': repo.history()[-1][0]}))
    assert refused(hub).startswith('org/demo at v1.0.0 is not what was sent (')
    assert not RECEIPT.exists()


def test_dataset_without_main_is_refused(hub):
    hub.repos[REPO].branches = {'other': hub.repos[REPO].head}
    assert refused(hub).startswith('org/demo: main: is not there')


def change(name, content):
    return lambda: (RELEASE / name).write_text(content)


def configs(text):
    def write_card():
        (RELEASE / 'README.md').write_text(text)
        seal()

    return write_card


BROKEN = {
    'release/LICENSE: is not what the manifest says; run dvc repro': change('LICENSE', 'GPL'),
    'release/stray: is not in the manifest; run dvc repro, or remove it': change('stray', ''),
    'release/LICENSE: is in the manifest only; run dvc repro': lambda: (RELEASE / 'LICENSE').unlink(),
    'release/link: is a link; put the file itself': lambda: (RELEASE / 'link').symlink_to('LICENSE'),
    'release/folder: is a link; put the file itself': lambda: (RELEASE / 'folder').symlink_to('data'),
    'release/.gitignore: is hidden, and such files steer the Hub; leave it out': change('.gitignore', 'LICENSE'),
    'release/MANIFEST.json: can not be read; make it with dvc repro': lambda: (RELEASE / 'MANIFEST.json').unlink(),
    'release/MANIFEST.json: version: is missing; add it': change('MANIFEST.json', '{"files": {}}'),
    'release/MANIFEST.json: version: ': lambda: seal('1.0'),
    'release/MANIFEST.json: ': change('MANIFEST.json', 'nonsense'),
    'release/README.md: can not be read; a release has a dataset card': lambda: (
        (RELEASE / 'README.md').unlink(),
        seal(),
    ),
    'release/README.md: front matter: is missing; the Hub reads the configs there': configs('# Demo\n'),
    "release/README.md: front matter: line 2: key 'a' is given twice; keep one": configs('---\na: 1\na: 2\n---\n'),
    'release/README.md: configs: is missing; add it': configs('---\nlicense: mit\n---\n'),
    f'release/README.md: configs: none has {shard("test")}; add it': configs(
        card([shard('train'), shard('validation')])
    ),
    f'release/README.md: configs: no file is {shard("extra")}; mend it': configs(
        card([shard('train'), shard('validation'), shard('test'), shard('extra')])
    ),
}


@pytest.mark.parametrize('text', ['', '---\nconfigs: []\n', '\n---\nconfigs: []\n---\n'])
def test_card_without_whole_front_matter_is_refused(hub, text):
    configs(text)()
    assert refused(hub) == 'release/README.md: front matter: is missing; the Hub reads the configs there'


@pytest.mark.parametrize('message', BROKEN)
def test_broken_folder_is_refused_without_a_request(hub, message):
    BROKEN[message]()
    assert message in refused(hub)
    assert not hub.log


def test_all_problems_of_folder_and_tree_are_told_at_once(hub):
    change('LICENSE', 'GPL')()
    change('stray', '')()
    Path('params.yaml').write_text('publish: {repo: org/else}\n')
    with pytest.raises(ProblemsFound) as caught:
        publish(hub)
    assert [problem.path for problem in caught.value.problems] == ['params.yaml', 'release/LICENSE', 'release/stray']
    assert not hub.log


def test_glob_in_the_card_names_its_files(hub):
    told = {'configs': [{'config_name': 'examples', 'data_files': [{'split': 'train', 'path': 'data/examples/*'}]}]}
    configs(f'---\n{yaml.safe_dump(told)}---\n')()
    publish(hub)


@pytest.mark.parametrize('name', ['params.yaml', 'examples/new/example.yaml'])
def test_what_is_not_committed_is_refused(hub, name):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text('# new\n')
    assert refused(hub) == f'{name}: is not committed; commit it, so that this release can be made again'
    assert not hub.log


@pytest.mark.parametrize('name', ['dvc.lock', 'publish/dvc.lock', 'publish/receipt.json', 'proofs/published.json'])
def test_what_publishing_writes_need_not_be_committed(hub, name):
    publish(hub)
    Path(name).touch()
    publish(hub)


def test_folder_outside_a_repository_is_refused(hub, monkeypatch):
    shutil.rmtree('.git')
    monkeypatch.setenv('GIT_CEILING_DIRECTORIES', str(Path.cwd().parent))
    assert 'publish from a clone of the repository' in refused(hub)
    assert not hub.log


def test_receipt_that_is_none_is_refused(hub):
    RECEIPT.parent.mkdir()
    RECEIPT.write_text('{"repo": "org/demo"}')
    assert 'publish/receipt.json: version: is missing' in refused(hub)


def test_failure_while_writing_leaves_the_old_receipt(hub, monkeypatch):
    publish(hub)
    before = RECEIPT.read_bytes()
    write('1.1.0', train=(1,))
    hub.fail('POST', '/tag/', 'drop', times=99)
    refused(hub)
    assert RECEIPT.read_bytes() == before
    hub.faults.clear()
    assert publish(hub).version == '1.1.0'
    assert titles(hub) == ['Release v1.1.0', 'Release v1.0.0', 'initial commit']


# The command, as people and DVC run it


def command(*more):
    return (sys.executable, '-m', 'stages.publish', 'release', 'publish/receipt.json', *more)


def environment(hub, **more):
    """Nothing of this machine's Hugging Face settings; a fresh home, as the client caches what it reads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(('HF_', 'HUGGING'))}
    home = Path('..').absolute() / f'{Path.cwd().name}-home'
    shutil.rmtree(home, ignore_errors=True)
    ours = {
        'HF_ENDPOINT': hub.url,
        'HF_HOME': str(home),
        'HF_HUB_DISABLE_TELEMETRY': '1',
        'HF_HUB_DISABLE_XET': '1',
        'HF_TOKEN': WRITER,
        'HF_UPDATE_DOWNLOAD_COUNTS': '0',
        'PYTHONPATH': str(REPOSITORY),
    }
    return kept | ours | more


def run(hub, *arguments, **more):
    done = subprocess.run(
        command(*arguments), env=environment(hub, **more), capture_output=True, text=True, timeout=120
    )
    for name in (WRITER, READER, TRUSTED, ID_TOKEN):
        assert name not in done.stdout + done.stderr
    return done


def test_command_publishes_tells_what_and_ends_with_0(hub):
    done = run(hub)
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == f'publish: org/demo v1.0.0: commit {hub.repos[REPO].head}\n'
    assert there(hub, 'v1.0.0') == local()


def test_command_ends_with_1_for_what_people_can_mend(hub):
    done = run(hub, HF_TOKEN=READER)
    assert done.returncode == 1
    assert done.stderr.endswith('to this dataset\n1 problem; nothing was written\n')


def test_command_ends_with_2_where_the_hub_is_gone(hub, capsys, monkeypatch):
    monkeypatch.setattr(stage, 'HfApi', lambda: HfApi(endpoint='http://127.0.0.1:9', token=WRITER))
    assert run_main(stage.main, ['release', 'publish/receipt.json']) == 2
    assert 'could not be reached' in capsys.readouterr().err


def test_command_tells_a_dry_run(hub, capsys, monkeypatch):
    monkeypatch.setattr(stage, 'HfApi', lambda: HfApi(endpoint=hub.url))
    assert run_main(stage.main, ['release', 'publish/receipt.json', '--dry-run']) == 0
    assert capsys.readouterr().out.splitlines()[0] == 'added LICENSE'
    assert untouched(hub)


def test_command_forces(hub, monkeypatch):
    monkeypatch.setattr(stage, 'HfApi', lambda: HfApi(endpoint=hub.url, token=WRITER))
    hub.repos[REPO].add('Upload', {'notes.md': hub.keep(b'mine')})
    assert run_main(stage.main, ['release', 'publish/receipt.json']) == 1
    assert run_main(stage.main, ['release', 'publish/receipt.json', '--dry-run']) == 1
    assert run_main(stage.main, ['release', 'publish/receipt.json', '--force', '--dry-run']) == 0
    assert run_main(stage.main, ['release', 'publish/receipt.json', '--force']) == 0


def test_workflow_publishes_with_its_identity_and_no_token(hub):
    trust = {'HF_OIDC_RESOURCE': f'datasets/{REPO}', 'HF_TOKEN': ''}
    done = run(hub, HF_OIDC_ID_TOKEN='not trusted', **trust)
    assert done.returncode == 1
    assert 'org/demo: HTTP 403: the Hub does not trust this workflow; name it as a trusted publisher' in done.stderr
    assert run(hub, HF_OIDC_ID_TOKEN=ID_TOKEN, **trust).returncode == 0
    assert there(hub, 'v1.0.0') == local()


LOAD = """
import json, sys
from datasets import load_dataset
print(json.dumps([load_dataset('org/demo', 'examples', split=split, revision=tag).to_list() for tag, split in
    [('v1.0.0', 'train'), ('v1.0.0', 'test'), ('v1.1.0', 'train')]]))
"""


def test_datasets_loads_each_release_by_its_tag(hub):
    publish(hub)
    write('1.1.0', train=(1, 9))
    publish(hub)
    home = environment(hub, HF_TOKEN='')
    done = subprocess.run((sys.executable, '-c', LOAD), env=home, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [[row['id'] for row in table] for table in json.loads(done.stdout.splitlines()[-1])]
    assert rows == [[1, 2, 3], [5], [1, 9]]


# In the pipeline

EXPORT = """
stages:
  export:
    cmd: rm -rf release && cp -R made release
    deps: [made, proofs/published.json]
    outs: [release]
"""


@pytest.fixture
def pipeline(hub):
    """The repository with DVC, an `export` that depends on what was published, and the real stage `publish`."""
    RELEASE.rename('made')
    Path('dvc.yaml').write_text(EXPORT)
    shutil.copytree(REPOSITORY / 'stages/core', 'stages/core', ignore=shutil.ignore_patterns('__pycache__'))
    for name in ('publish/dvc.yaml', 'stages/publish.py', 'stages/__init__.py'):
        Path(name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, name)
    PUBLISHED.parent.mkdir()
    PUBLISHED.write_text('{}\n')
    Path('.gitignore').write_text('/release/\n__pycache__/\n')
    dvc(hub, 'init', '--quiet')
    shutil.copy(REPOSITORY / '.dvc/config', '.dvc/config')
    return hub


def dvc(hub, *arguments):
    paths = {'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}', 'PYTHONPATH': str(Path.cwd())}
    done = subprocess.run(
        ('dvc', *arguments), env=environment(hub, DVC_NO_ANALYTICS='1', **paths), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit_all():
    git('add', '.')
    git('commit', '--quiet', '--allow-empty', '-m', 'all')


def test_dvc_uploads_only_when_told_to_and_only_what_is_new(pipeline):
    dvc(pipeline, 'repro')
    commit_all()
    assert not pipeline.log
    dvc(pipeline, 'repro', 'publish/dvc.yaml')
    assert titles(pipeline) == ['Release v1.0.0', 'initial commit']
    assert json.loads(RECEIPT.read_text())['source'] == git('rev-parse', 'HEAD')
    commit_all()
    done = len(pipeline.log)
    told = dvc(pipeline, 'repro', 'publish/dvc.yaml')
    assert "Stage 'publish/dvc.yaml:publish' didn't change, skipping" in told
    write('1.1.0', root=Path('made'), train=(1,))
    dvc(pipeline, 'repro')
    commit_all()
    assert len(pipeline.log) == done
    dvc(pipeline, 'repro', 'publish/dvc.yaml')
    assert there(pipeline, 'v1.1.0') == local()
    assert sorted(pipeline.repos[REPO].tags) == ['v1.0.0', 'v1.1.0']


def test_workflow_trusts_one_job_with_the_dataset_of_the_params():
    workflow = yaml.safe_load((REPOSITORY / '.github/workflows/release.yml').read_text())
    repo = yaml.safe_load((REPOSITORY / 'params.yaml').read_text())['publish']['repo']
    assert workflow['permissions'] == {}
    trusted = [name for name, job in workflow['jobs'].items() if 'id-token' in job['permissions']]
    assert trusted == ['publish']
    job = workflow['jobs']['publish']
    assert job['environment'] == 'release'
    assert job['permissions'] == {'contents': 'read', 'id-token': 'write'}
    uploads = [step for step in job['steps'] if 'publish/dvc.yaml' in step.get('run', '')]
    assert [step['env'] for step in uploads] == [{'HF_OIDC_RESOURCE': f'datasets/{repo}'}]
