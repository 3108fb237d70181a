# t2i-chat with its embedded models: no network and no GPU needed once built.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# For machines without an NVIDIA GPU, which saves gigabytes:
#     docker build --build-arg PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu .
ARG PIP_EXTRA_INDEX_URL
# What takes long comes first, so that a change of the program does not compile llama.cpp again.
COPY requirements.txt constraints.txt ./
COPY scripts/llama.cmake scripts/
# On x86, machine code for every kind of processor, of which the best that the machine has is chosen
# when llama.cpp is loaded, from the folder LIB. The one for AMX is taken away: llama.cpp crashes with
# weights that it lays out for AMX (ggml-org/llama.cpp issue 20824), and whether there is AMX cannot be
# asked before that code is loaded; the next best has all else. Elsewhere, code that runs on all.
RUN LIB=/venv/lib/python3.11/site-packages/llama_cpp/lib; CMAKE_ARGS=-DGGML_NATIVE=OFF \
 && if [ "$(uname -m)" = x86_64 ]; then \
      CMAKE_ARGS="$CMAKE_ARGS -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DGGML_BACKEND_DIR=$LIB"; \
    fi && export CMAKE_ARGS && python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --upgrade pip \
 && /venv/bin/pip install --no-cache-dir -r requirements.txt \
 && rm -f "$LIB"/libggml-cpu-sapphirerapids.so
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY t2i_chat t2i_chat
RUN /venv/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home painter
COPY --from=build /venv /venv
USER painter
ENV T2I_CHAT_DATA_DIR=/home/painter/pictures T2I_CHAT_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /home/painter/pictures
EXPOSE 7860
HEALTHCHECK CMD ["/venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860')"]
CMD ["/venv/bin/t2i-chat", "serve"]
