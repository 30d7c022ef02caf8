"""The endpoints."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from content import check_name, disposition, read_part, select_part
from vault import StoredFile, Vault

router = APIRouter()


def get_vault(request: Request) -> Vault:
    """Dependency: the files of the application."""
    return request.app.state.vault


def identified_owner(request: Request, authorization: Annotated[str, Header()] = "") -> str:
    """Dependency: the owner who sends the request."""
    return request.app.state.owners.identify(authorization)


VaultDependency = Annotated[Vault, Depends(get_vault)]
Owner = Annotated[str, Depends(identified_owner)]


def file_name(_owner: Owner, name: str = "") -> str:
    """Dependency: the name that a file is to have; whose it is, is asked first."""
    check_name(name)
    return name


@router.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.post("/files", status_code=201)
async def upload(
    request: Request,
    response: Response,
    owner: Owner,
    name: Annotated[str, Depends(file_name)],
    vault: VaultDependency,
    content_digest: Annotated[str | None, Header()] = None,
) -> StoredFile:
    """Store the body while it arrives."""
    with vault.incoming() as incoming:
        async for chunk in request.stream():
            await run_in_threadpool(incoming.write, chunk)
        file = await run_in_threadpool(vault.keep, incoming, owner, name, content_digest)
    response.headers["Location"] = f"/files/{file.id}"
    return file


@router.get("/files")
def list_files(owner: Owner, vault: VaultDependency) -> dict[str, list[StoredFile]]:
    """Give all files of the owner, oldest first."""
    return {"items": vault.files_of(owner)}


@router.get("/files/{file_id}")
def download(
    file_id: str,
    owner: Owner,
    vault: VaultDependency,
    wanted: Annotated[str | None, Header(alias="Range")] = None,
) -> StreamingResponse:
    """Give the content of a file, or a part of it."""
    file = vault.find(owner, file_id)
    status, part = select_part(wanted, file.size)
    headers = {
        "ETag": f'"{file.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(file.name),
        "Content-Length": str(len(part)),
        "X-Content-Type-Options": "nosniff",
    }
    if status == 206:
        headers["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{file.size}"
    content = read_part(vault.open(file), part)
    return StreamingResponse(content, status, headers, file.type)


@router.delete("/files/{file_id}", status_code=204)
def delete(file_id: str, owner: Owner, vault: VaultDependency) -> None:
    """Remove a file of the owner."""
    vault.delete(owner, file_id)
