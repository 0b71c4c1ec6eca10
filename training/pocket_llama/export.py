"""Writes a checkpoint as a GGUF file that llama.cpp loads as an ordinary Llama.

The format: github.com/ggml-org/ggml/blob/master/docs/gguf.md. Matrices become Q8_0 (blocks of 32
eight-bit numbers with one scale), norms stay F32. The output matrix is the embedding matrix, so
there is no output.weight; llama.cpp then uses token_embd.weight for both.

Run: python -m training.pocket_llama.export --out models/pocket-llama.gguf
"""

import argparse
from pathlib import Path

import gguf
import sentencepiece
import torch

from training.pocket_llama.dialogues import BOS, EOS
from training.pocket_llama.gguf_weights import COPYING_LAYERS
from training.pocket_llama.model import ModelOptions, PocketLlama
from training.pocket_llama.tensor_names import tensor_name
from training.pocket_llama.train import TrainOptions


def load_model(checkpoint: Path) -> PocketLlama:
    """The network of a checkpoint, ready for use."""
    saved = torch.load(checkpoint, weights_only=True)
    model = PocketLlama(ModelOptions(vocabulary=saved["vocabulary"], layers=saved["layers"]))
    model.load_state_dict(saved["model"])
    return model.eval()


def load_vocabulary(path: Path) -> sentencepiece.SentencePieceProcessor:
    """The SentencePiece vocabulary of the pocket model."""
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def write_sizes(writer: gguf.GGUFWriter, options: ModelOptions) -> None:
    """The numbers that llama.cpp builds the network from."""
    writer.add_name("Sori pocket Llama")
    writer.add_description("A tiny English and Korean dialogue model for the Sori voice assistant")
    writer.add_context_length(options.context)
    writer.add_embedding_length(options.width)
    writer.add_block_count(options.layers)
    writer.add_uint32(COPYING_LAYERS, options.copying_layers)
    writer.add_feed_forward_length(options.hidden)
    writer.add_head_count(options.heads)
    writer.add_head_count_kv(options.heads)
    writer.add_rope_dimension_count(options.head_width)
    writer.add_rope_freq_base(options.rotary_base)
    writer.add_layer_norm_rms_eps(options.norm_epsilon)
    writer.add_vocab_size(options.vocabulary)


def token_type(vocabulary: sentencepiece.SentencePieceProcessor, token: int) -> gguf.TokenType:
    """What kind of piece it is, in GGUF's terms."""
    if vocabulary.is_unknown(token):
        return gguf.TokenType.UNKNOWN
    if vocabulary.is_control(token):
        return gguf.TokenType.CONTROL
    if vocabulary.is_byte(token):
        return gguf.TokenType.BYTE
    return gguf.TokenType.NORMAL


def write_vocabulary(
    writer: gguf.GGUFWriter, vocabulary: sentencepiece.SentencePieceProcessor
) -> None:
    """The pieces with scores and types, as of a Llama tokenizer."""
    tokens = range(vocabulary.vocab_size())
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([vocabulary.id_to_piece(token) for token in tokens])
    writer.add_token_scores([vocabulary.get_score(token) for token in tokens])
    writer.add_token_types([token_type(vocabulary, token) for token in tokens])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_unk_token_id(vocabulary.unk_id())
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(True)


def write_tensors(writer: gguf.GGUFWriter, model: PocketLlama, quantized: bool) -> None:
    """All weights; matrices in Q8_0 if `quantized`, else in F32."""
    for name, weight in model.state_dict().items():
        data = weight.detach().numpy()
        if quantized and data.ndim == 2:
            blocks = gguf.quants.quantize(data, gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(tensor_name(name), blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(tensor_name(name), data)


def export(
    model: PocketLlama,
    vocabulary: sentencepiece.SentencePieceProcessor,
    path: Path,
    quantized: bool = True,
) -> None:
    """Writes the GGUF file beside its place and moves it there, so readers never see a part."""
    beside = path.with_suffix(".part")
    writer = gguf.GGUFWriter(beside, "llama")
    file_type = gguf.LlamaFileType.MOSTLY_Q8_0 if quantized else gguf.LlamaFileType.ALL_F32
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    write_sizes(writer, model.options)
    write_vocabulary(writer, vocabulary)
    write_tensors(writer, model, quantized)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    beside.replace(path)


def main() -> None:
    """Exports the checkpoint of the training."""
    defaults = TrainOptions()
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--checkpoint", type=Path, default=defaults.checkpoint)
    parser.add_argument("--vocabulary", type=Path, default=defaults.vocabulary)
    parser.add_argument("--out", type=Path, default=Path("models/pocket-llama.gguf"))
    parser.add_argument("--f32", action="store_true", help="no quantization, for comparisons")
    arguments = parser.parse_args()
    export(
        load_model(arguments.checkpoint),
        load_vocabulary(arguments.vocabulary),
        arguments.out,
        quantized=not arguments.f32,
    )
    print(f"{arguments.out} {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
