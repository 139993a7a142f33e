"""Our configuration in the words of Hugging Face, so that our weights load into `BltForCausalLM`."""

from transformers import BltConfig as HuggingFaceConfig
from transformers import BltForCausalLM

from blt import BOS, EPSILON, VOCABULARY, Blt, StackConfig


def stack(c: StackConfig, **more) -> dict:
    return {
        "hidden_size": c.width, "num_hidden_layers": c.layers, "num_attention_heads": c.heads,
        "num_key_value_heads": c.heads, "intermediate_size": c.hidden, "rms_norm_eps": EPSILON,
        "max_position_embeddings": 8192, "rope_parameters": {"rope_type": "default", "rope_theta": c.theta}, **more,
    }


def to_hugging_face(blt: Blt) -> BltForCausalLM:
    """The same model as Hugging Face's class. It has no sliding window, so the two agree up to the window's length."""
    c = blt.config
    latent_inputs = c.encoder.width * c.k
    local = {"vocab_size": VOCABULARY, "cross_attn_k": c.k, "hidden_size_global": c.latent.width}
    model = BltForCausalLM(HuggingFaceConfig(
        vocab_size=VOCABULARY, max_position_embeddings=8192, patch_in_forward=True, patch_size=4, patching_mode="entropy",
        patching_threshold=c.threshold, max_patch_length=None, cross_attn_k=c.k,
        encoder_hash_byte_group_size=c.hash_sizes, encoder_hash_byte_group_vocab=c.hash_rows,
        encoder_hash_byte_group_nb_functions=1,
        patcher_config=stack(c.patcher, vocab_size=VOCABULARY),
        encoder_config=stack(c.encoder, cross_attn_all_layers=False, **local),
        decoder_config=stack(c.decoder, cross_attn_all_layers=True, **local),
        global_config=stack(c.latent, encoder_cross_output_size=latent_inputs if latent_inputs != c.latent.width else None),
        bos_token_id=BOS, eos_token_id=None, pad_token_id=0,
    ))
    model.load_state_dict(blt.state_dict())
    return model.eval().float()
