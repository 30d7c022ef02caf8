# The install command of README.md in an image. Where it runs, the sandbox makes namespaces of its own, as a user without
# power: neither seccomp nor AppArmor may forbid it, and /proc must be whole, or the kernel allows no second one:
#
#   docker build -t proven-code .
#   docker run --rm -it --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
#       --security-opt systempaths=unconfined proven-code ./setup dvc repro
FROM debian:bookworm-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git python3 python3-pip sudo \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 --shell /bin/bash proven \
    && echo 'proven ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/proven
USER 1000
WORKDIR /home/proven/proven-code
COPY --chown=1000:1000 . .
# While an image is built nothing may make namespaces, and ./setup ends with saying so: then all but the sandbox must be there.
RUN { ./setup true || { .venv/bin/proven doctor > doctor.txt; grep '^sandbox: ' doctor.txt && ! grep ': missing' doctor.txt; }; } \
    && rm -rf doctor.txt ~/.cache/uv ~/.cache/pip
# From here on nobody can become root.
USER 0
RUN rm -rf /etc/sudoers.d/proven /var/lib/apt/lists/*
USER 1000
ENV PATH=/home/proven/proven-code/.venv/bin:$PATH
CMD ["bash"]
