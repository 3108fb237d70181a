# t2i-chat with its embedded models: no network and no GPU needed once built.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY t2i_chat t2i_chat
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir -c constraints.txt torch==2.13.0 \
 && /venv/bin/pip install --no-cache-dir -c constraints.txt .

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
