"""Every setting, grouped by stage, checked when it is read. Values live in `sori.toml`."""

from typing import Annotated, Literal

from msgspec import Meta

from config.attention_settings import AttentionSettings
from config.body_settings import BodySettings
from config.log_settings import LogSettings
from config.memory_settings import EmotionSettings, MemorySettings
from config.preferences import Preferences
from config.safety_settings import SafetySettings
from config.section import Positive, Seconds, Section, Share
from config.service_settings import ServiceSettings


class SoundFileSettings(Section, frozen=True):
    """Limits a sound file must keep before anything is decoded."""

    min_rate_hz: Positive = 4_000
    max_rate_hz: Positive = 192_000
    max_channels: Positive = 8
    max_duration_s: Seconds = 4 * 3_600.0


class VoiceActivitySettings(Section, frozen=True):
    """When somebody speaks: the frame model, the gate behind it and the state machine."""

    aggressiveness: Annotated[int, Meta(ge=0, le=3)] = 2
    """webrtcvad mode: 3 drops the most."""
    pre_roll_s: Seconds = 0.3
    """Sound kept from before the first speech frame."""
    start_s: Seconds = 0.1
    """Speech needed within `start_window_s` to believe a beginning."""
    start_window_s: Seconds = 0.2
    hangover_s: Seconds = 0.6
    """Silence needed to believe an end."""
    shortest_hangover_s: Seconds = 0.25
    """The same where what was said is complete; a live microphone only."""
    longest_hangover_s: Seconds = 1.2
    """The same where more is to come: after "and", a hesitation, a rising voice."""
    min_speech_s: Seconds = 0.14
    """Less speech than this in all is dropped as a click; a short "stop" is little longer."""
    max_utterance_s: Seconds = 15.0
    """An endless talker is cut here."""
    over_floor_db: Annotated[float, Meta(ge=0.0, le=60.0)] = 6.0
    """Speech must be this much over the tracked noise floor."""
    min_level_dbfs: Annotated[float, Meta(ge=-120.0, le=0.0)] = -60.0
    max_flatness: Share = 0.45
    """Spectral flatness above this is noise, not voice."""


class RecognitionSettings(Section, frozen=True):
    """Which Whisper hears, and when its text is believed."""

    engine: Literal["torch"] = "torch"
    model: str = "pocket-whisper"
    threads: Annotated[int, Meta(ge=0, le=256)] = 0
    """0: one a physical core."""
    max_compression_ratio: Annotated[float, Meta(gt=1.0)] = 2.4
    min_log_probability: Annotated[float, Meta(le=0.0)] = -1.0
    max_no_speech: Share = 0.6
    min_voiced_share: Share = 0.15
    """Utterances with less voice than this are not decoded."""


class LanguageSettings(Section, frozen=True):
    """Which languages are served, and how the spoken one is chosen."""

    served: tuple[str, ...] = ("en", "ko", "es", "fr", "de")
    default: str = "en"
    min_speech_s: Seconds = 0.6
    """Shorter speech keeps the language of the conversation."""
    memory: Share = 0.35
    """Weight of the last turns against the odds of this one."""


class RouteSettings(Section, frozen=True):
    """Who answers in which languages: model, adapter, persona and voice."""

    languages: tuple[str, ...]
    """ISO 639-1 codes; `*` stands for every language without a route of its own."""
    model: str
    """Name of a chat model in the manifest; empty: none speaks them, and Sori says so."""
    persona: str
    """Name of a text in `config/persona/`, without `.txt`."""
    voice: str = ""
    """espeak-ng voice; empty: the voice of the language."""
    adapter: str = ""
    """Name of a LoRA adapter in the model manifest; empty: none."""
    adapter_scale: Annotated[float, Meta(ge=0.0, le=4.0)] = 1.0
    brief_adapter: str = ""
    """Worn in the place of `adapter` while short answers are wished for; empty: none."""
    plain_adapter: str = ""
    """The same while plain Korean speech is wished for; before `brief_adapter`."""
    guide_lines: bool = True
    """Tell the model the lines of `config/persona/guide_lines/` and the manner people wish for.
    False only for a model that was trained on its persona text word for word."""
    facts: bool = True
    """Tell the model time, date and what the body knows, before every question."""
    actions: bool = False
    """Ask the model for wishes of the body that no command says; only full models can do this."""


class ChatSettings(Section, frozen=True):
    """The language model: threads, context and limits of one reply."""

    threads: Annotated[int, Meta(ge=0, le=256)] = 0
    """0: one a physical core (llama-cpp-python's default is half of them)."""
    context_tokens: Annotated[int, Meta(ge=128, le=131_072)] = 512
    max_reply_tokens: Annotated[int, Meta(ge=1, le=4_096)] = 96
    max_reply_s: Seconds = 20.0
    """Wall-clock limit of one reply."""
    temperature: Annotated[float, Meta(ge=0.0, le=2.0)] = 0.0
    repeat_penalty: Annotated[float, Meta(ge=1.0, le=2.0)] = 1.0
    history_turns: Annotated[int, Meta(ge=0, le=100)] = 4
    memory_budget_mb: Annotated[int, Meta(ge=16)] = 6_144
    """Models together; the least recently used is let go first."""
    in_process: bool = False
    """True: llama.cpp runs within the program, whose end a crash then is; for debugging."""


class SpeechSettings(Section, frozen=True):
    """The robot's voice."""

    words_per_minute: Annotated[int, Meta(ge=80, le=400)] = 165
    first_clause_characters: Annotated[int, Meta(ge=8, le=400)] = 40
    """The first clause is cut shorter so that the answer starts early."""
    clause_characters: Annotated[int, Meta(ge=8, le=400)] = 80
    deadline_s: Seconds = 10.0
    """A clause that takes longer to render is given up."""
    greeting: bool = True
    """At the very first start, say aloud what Sori is, what it hears and what it keeps."""


class DeviceSettings(Section, frozen=True):
    """Sound card; empty names mean the system's default."""

    microphone: str = ""
    speaker: str = ""


class ModelSettings(Section, frozen=True):
    """Where model files lie besides the built-in ones."""

    directory: str = "~/.local/share/sori/models"
    catalogue: str = ""
    """A list of models that can be pulled, in the form of `models/catalogue.toml`; empty: that."""


class Settings(Section, frozen=True):
    """All settings of one Sori."""

    sound_file: SoundFileSettings = SoundFileSettings()
    voice_activity: VoiceActivitySettings = VoiceActivitySettings()
    recognition: RecognitionSettings = RecognitionSettings()
    language: LanguageSettings = LanguageSettings()
    chat: ChatSettings = ChatSettings()
    route: tuple[RouteSettings, ...] = ()
    speech: SpeechSettings = SpeechSettings()
    device: DeviceSettings = DeviceSettings()
    attention: AttentionSettings = AttentionSettings()
    safety: SafetySettings = SafetySettings()
    manner: Preferences = Preferences()
    """Until somebody says otherwise."""
    emotion: EmotionSettings = EmotionSettings()
    memory: MemorySettings = MemorySettings()
    body: BodySettings = BodySettings()
    models: ModelSettings = ModelSettings()
    log: LogSettings = LogSettings()
    service: ServiceSettings = ServiceSettings()
