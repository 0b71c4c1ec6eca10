"""The training view of pocket-whisper: Whisper's own blocks over a reduced token table."""

import math
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from whisper.model import AudioEncoder, ModelDimensions, TextDecoder
from whisper.tokenizer import Tokenizer, get_tokenizer

from training.text.parallel import LANGUAGES

DIMS = ModelDimensions(
    n_mels=80,
    n_audio_ctx=1500,
    n_audio_state=192,
    n_audio_head=6,
    n_audio_layer=4,
    n_vocab=51865,
    n_text_ctx=448,
    n_text_state=192,
    n_text_head=6,
    n_text_layer=3,
)
N_LANGUAGES = 99
TIMESTAMP_STEP_S = 0.1
LAST_TIMESTAMP_S = 12.0
IGNORED_TARGET = -100

# CTC classes: 0 is the blank, then Latin letters and the decomposed Hangul letters.
_CTC_RANGES = (
    (0x20, 0x20),
    (0x27, 0x27),
    (0x61, 0x7A),
    (0x1100, 0x1112),
    (0x1161, 0x1175),
    (0x11A8, 0x11C2),
)
_CTC_LETTERS = [chr(code) for first, last in _CTC_RANGES for code in range(first, last + 1)]
_CTC_CLASS = {letter: number + 1 for number, letter in enumerate(_CTC_LETTERS)}
N_CTC_CLASSES = len(_CTC_LETTERS) + 1


def ctc_classes(text: str) -> list[int]:
    """Letters of a transcript as CTC classes, without case and accents.

    A Hangul syllable gives its two or three letters.
    """
    letters = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    return [_CTC_CLASS[letter] for letter in letters if letter in _CTC_CLASS]


def tokenizer() -> Tokenizer:
    """Whisper's multilingual tokenizer, as stock code builds it."""
    return get_tokenizer(True, num_languages=N_LANGUAGES, language="en", task="transcribe")


def timestamp_token(time_s: float) -> int:
    """Token of a time, rounded to the grid that is trained (0.1 s)."""
    steps = round(min(time_s, LAST_TIMESTAMP_S) / TIMESTAMP_STEP_S)
    first: int = tokenizer().timestamp_begin
    return first + round(steps * TIMESTAMP_STEP_S / 0.02)


@dataclass(frozen=True)
class TokenTable:
    """The tokens that have a row of their own; all others share the last row."""

    token_ids: tuple[int, ...]

    @property
    def n_others(self) -> int:
        """How many tokens of the full vocabulary share the last row."""
        n_vocab: int = DIMS.n_vocab
        return n_vocab - len(self.token_ids)

    def rows(self) -> dict[int, int]:
        """Token id -> row number."""
        return {token: row for row, token in enumerate(self.token_ids)}


def token_table(texts: set[str]) -> TokenTable:
    """Rows for all tokens of the transcripts and for the special tokens in use."""
    codec = tokenizer()
    used: set[int] = {codec.sot, codec.eot, codec.no_timestamps, codec.no_speech}
    used |= {codec.transcribe, codec.translate}
    used |= {codec.to_language_token(language) for language in LANGUAGES}
    n_steps = round(LAST_TIMESTAMP_S / TIMESTAMP_STEP_S)
    used |= {timestamp_token(step * TIMESTAMP_STEP_S) for step in range(n_steps + 1)}
    for text in texts:
        used.update(codec.encode(" " + text))
    return TokenTable(tuple(sorted(used)))


class PocketWhisper(nn.Module):
    """Encoder with a sliced positional table, decoder over the token table, CTC head."""

    def __init__(self, table: TokenTable) -> None:
        super().__init__()
        self.table = table
        self.encoder = AudioEncoder(
            DIMS.n_mels, DIMS.n_audio_ctx, DIMS.n_audio_state, DIMS.n_audio_head, DIMS.n_audio_layer
        )
        self.decoder = TextDecoder(
            len(table.token_ids) + 1,
            DIMS.n_text_ctx,
            DIMS.n_text_state,
            DIMS.n_text_head,
            DIMS.n_text_layer,
        )
        self.ctc_head = nn.Linear(DIMS.n_audio_state, N_CTC_CLASSES)
        nn.init.normal_(self.decoder.positional_embedding, std=0.02)
        nn.init.normal_(self.decoder.token_embedding.weight, std=0.05)
        others_logit = torch.zeros(len(table.token_ids) + 1)
        others_logit[-1] = math.log(table.n_others)
        self.register_buffer("others_logit", others_logit, persistent=False)

    def encode(self, mel: Tensor) -> Tensor:
        """(batch, 80, 2 n) log-mel frames at 100 Hz -> (batch, n, state) features at 50 Hz."""
        return encode_any_length(self.encoder, mel)

    def logits(self, tokens: Tensor, features: Tensor) -> Tensor:
        """(batch, length) row numbers -> (batch, length, rows + 1).

        The last column carries + log(number of tokens sharing it), which makes the softmax over
        the columns equal to the softmax over the full vocabulary with tied rows.
        """
        logits: Tensor = self.decoder(tokens, features) + self.others_logit
        return logits

    def losses(
        self,
        mel: Tensor,
        tokens: Tensor,
        targets: Tensor,
        ctc_targets: Tensor,
        ctc_lengths: Tensor,
        ctc_head_only: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """Mean cross entropy per target token and mean CTC loss per letter (both scalars).

        `ctc_head_only` keeps the CTC loss from the encoder, which a head that knows nothing yet
        would spoil.
        """
        features = self.encode(mel)
        logits = self.logits(tokens, features)
        token_loss = F.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED_TARGET
        )
        heard = features.detach() if ctc_head_only else features
        log_probs = self.ctc_head(heard).log_softmax(-1).transpose(0, 1)
        n_frames = torch.full((mel.shape[0],), features.shape[1], dtype=torch.long)
        ctc_loss = F.ctc_loss(
            log_probs, ctc_targets, n_frames, ctc_lengths, reduction="sum", zero_infinity=True
        )
        return token_loss, ctc_loss / ctc_lengths.sum().clamp(min=1)


def encode_any_length(encoder: AudioEncoder, mel: Tensor) -> Tensor:
    """Whisper's encoder without its demand for the full 30 s context."""
    x = F.gelu(encoder.conv1(mel))
    x = F.gelu(encoder.conv2(x)).permute(0, 2, 1)
    x = x + encoder.positional_embedding[: x.shape[1]]
    for block in encoder.blocks:
        x = block(x)
    features: Tensor = encoder.ln_post(x)
    return features


def start_from(model: PocketWhisper, weights: Path) -> None:
    """Load an exported checkpoint into `model`: training goes on where a finished model stopped.

    A token that the older model never met starts from the row that all such tokens share. The CTC
    head is not exported and starts anew. Encoder layers that the older model lacks are put on top
    and begin by passing on what they get.
    """
    saved = torch.load(weights, map_location="cpu", weights_only=True)
    state = {name: tensor.float() for name, tensor in saved["model_state_dict"].items()}
    full = state.pop("decoder.token_embedding.weight")
    rows = [*model.table.token_ids, tokenizer().sot_lm]  # startoflm is never trained: shared row
    state["decoder.token_embedding.weight"] = full[rows]
    n_layers = saved["dims"]["n_audio_layer"]
    more = [f"encoder.blocks.{number}." for number in range(n_layers, DIMS.n_audio_layer)]
    for block in model.encoder.blocks[n_layers:]:
        for last in (block.attn.out, block.mlp[2]):  # what they would add to the stream: nothing
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith(("ctc_head.", *more)) for name in missing):
        raise ValueError(f"{weights} has another shape: {missing} {unexpected}")


def checkpoint_for_whisper(model: PocketWhisper) -> dict[str, dict[str, int] | dict[str, Tensor]]:
    """The openai-whisper checkpoint: full vocabulary, fp16, without the CTC head."""
    state: dict[str, Tensor] = {}
    for part in ("encoder", "decoder"):
        for name, tensor in getattr(model, part).state_dict().items():
            state[f"{part}.{name}"] = tensor.detach().clone()
    rows = state["decoder.token_embedding.weight"]
    full = rows[-1].repeat(DIMS.n_vocab, 1)
    full[list(model.table.token_ids)] = rows[:-1]
    state["decoder.token_embedding.weight"] = full
    half = {name: tensor.half() for name, tensor in state.items()}
    return {"dims": asdict(DIMS), "model_state_dict": half}
