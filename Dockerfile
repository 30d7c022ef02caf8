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
USER proven
WORKDIR /home/proven/proven-code
COPY --chown=proven:proven . .
# While an image is built nothing may make namespaces, and ./setup ends with saying so: then all but the sandbox must be
# there. Afterwards nobody can become root.
RUN { ./setup true || { .venv/bin/proven doctor > doctor.txt; grep '^sandbox: ' doctor.txt && ! grep ': missing' doctor.txt; }; } \
    && rm -rf doctor.txt ~/.cache/uv ~/.cache/pip \
    && sudo sh -c 'rm -rf /var/lib/apt/lists/* /etc/sudoers.d/proven'
ENV PATH=/home/proven/proven-code/.venv/bin:$PATH
CMD ["bash"]
