"""English sentences of the robot domain: lower case, British spelling, numbers in words."""

import random

from training.text.grammar import Grammar

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
]
_UNITS += ["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def number_in_words(value: int) -> str:
    """0..199 in English words, without hyphens: 45 -> "forty five"."""
    if value >= 100:
        rest = value - 100
        return "one hundred" + (f" and {number_in_words(rest)}" if rest else "")
    if value < 20:
        return _UNITS[value]
    tens, units = divmod(value, 10)
    return _TENS[tens - 2] + (f" {_UNITS[units]}" if units else "")


_SLOTS: dict[str, str] = {
    "small": "|".join(map(number_in_words, range(1, 13))),
    "count": "|".join(map(number_in_words, range(130))),
    "angle": "|".join(map(number_in_words, (5, 10, 15, 20, 30, 45, 60, 90, 120, 180))),
    "minutes": "|".join(map(number_in_words, (1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 45, 50))),
    "metre": "metres|metres|steps|centimetres|feet",
    "go": "walk|go|move|step|come|run|drive",
    "way": (
        "forward|forwards|back|backward|backwards|ahead|straight ahead|left|right|"
        "to the left|to the right|sideways"
    ),
    "side": "left|right",
    "limb": "hand|arm|leg|foot|elbow|shoulder|knee|thumb|finger",
    "body": "head|arms|hands|eyes|face|body|legs|fingers|mouth|back",
    "how": (
        "slowly|quickly|carefully|gently|a little|a bit|again|now|more slowly|faster|"
        "slower|once more|quietly|right now"
    ),
    "gesture": (
        "nod|bow|clap|wave|dance|smile|sing|jump|kneel|salute|shake hands|"
        "nod your head|shake your head|clap your hands|sit down|stand up|lie down|"
        "look up|look down|look at me|turn around|wave goodbye|give me a hug|"
        "hold my hand|point at it|open your hand|close your eyes|open your eyes|"
        "lift your arms|take a bow|stretch|cross your arms|raise your arms|"
        "lower your arms|spin around"
    ),
    "thing": (
        "cup|bottle|book|ball|box|phone|key|bag|chair|table|lamp|light|door|window|cat|"
        "dog|plate|spoon|apple|pen|water|coffee|tea|milk|bread|orange|banana|computer|"
        "camera|television|radio|clock|hat|shoe|shirt|toy|car|flower|tree|glass|towel|"
        "medicine|newspaper|picture|umbrella|robot"
    ),
    "things": (
        "cups|bottles|books|balls|boxes|phones|keys|chairs|cats|dogs|apples|pens|shoes|"
        "toys|cars|flowers|trees|glasses|robots|pictures|stories|questions|friends"
    ),
    "colour": "red|green|blue|yellow|black|white|brown|orange|purple|pink|grey",
    "quality": (
        "big|small|heavy|light|new|old|empty|full|clean|dirty|hot|cold|soft|hard|"
        "broken|nice|good|bad|beautiful"
    ),
    "room": (
        "kitchen|bedroom|bathroom|living room|office|garden|hall|garage|school|"
        "hospital|shop|street|park|station|lab"
    ),
    "person": (
        "my mother|my father|my friend|my sister|my brother|my son|my daughter|"
        "the teacher|the doctor|the child|the children|the baby|the man|the woman|"
        "everyone|somebody|the people|my family|my grandmother|my grandfather|the boy|"
        "the girl"
    ),
    "feeling": (
        "happy|sad|tired|angry|hungry|thirsty|bored|sick|fine|ready|busy|afraid|lonely|"
        "excited|cold|hot|sleepy|lost|safe|sorry|worried|sure|okay"
    ),
    "day": (
        "today|tomorrow|yesterday|this morning|this evening|tonight|on monday|"
        "on tuesday|on wednesday|on thursday|on friday|on saturday|on sunday|next week|"
        "this weekend|at night|in summer|in winter|in spring"
    ),
    "weather": "raining|snowing|sunny|cloudy|windy|warm|cold|hot|dark",
    "task": (
        "clean the {room}|open the (door|window|box)|close the (door|window|box)|"
        "turn (on|off) the (light|lamp|radio|television|computer|camera)|"
        "bring me the {thing}|pick up the {thing}|put down the {thing}|"
        "find the {thing}|carry the {thing} to the {room}|follow me|follow {person}|"
        "wait here|wait for me|come here|come with me|go to the {room}|go home|go away|"
        "go to sleep|wake up|help me|help {person}|play some music|tell me a (joke|"
        "story)|sing a song|read the {thing}|take a picture|call {person}|listen to me|"
        "say hello to {person}|set (a|the) (timer|alarm) for {minutes} minutes|"
        "charge your battery|look at the {thing}|touch the {thing}|push the {thing}|"
        "pull the {thing}|hold the {thing}|drop the {thing}|throw the ball|"
        "kick the ball|show me the {thing}|give the {thing} to {person}|"
        "count to {count}|put the {thing} on the table|repeat that|start again|"
        "try again|remember this|forget it|be quiet|be careful|speak {how}|"
        "speak (english|korean)|talk to {person}|answer the question"
    ),
    "motion": (
        "{go} {way}|{go} {way} {how}|{go} {way} {small} {metre}|"
        "{go} {small} {metre} {way}|{go} {way} one (metre|step|foot)|turn {side}|"
        "turn {side} {angle} degrees|turn {angle} degrees to the {side}|"
        "rotate {angle} degrees|rotate {side} {how}|turn your {body} to the {side}|"
        "(raise|lower|lift|bend|move|shake|stretch) your {side} {limb}|(raise|lower|"
        "move|turn|show me) your {body}|wave your {side} hand|look (left|right|"
        "behind you|straight ahead|over there|at {person})|{gesture}|{gesture}|"
        "{gesture} {how}|{gesture} {small} times|move your {body} {way}|keep (going|"
        "walking|moving)|stay (here|there|still)|stand (on one leg|still|here|"
        "next to {person})"
    ),
}

_TEMPLATES: list[tuple[int, str]] = [
    (22, "{motion}"),
    (10, "(please|sori|hey sori|now|then|can you|could you|would you|i want you to) {motion}"),
    (5, "{motion} (please|now|again|for me|and stop|and wait|then stop)"),
    (5, "{motion} (and|then|and then) {motion}"),
    (8, "{task}"),
    (
        9,
        "(please|sori|can you|could you|sori please|will you|i need you to|do not|don't) {task}",
    ),
    (3, "{task} (please|now|for me|quickly|{day})"),
    (2, "{task} (and|then) {motion}"),
    (
        7,
        "(stop|halt|freeze|wait|stop it|stop now|stop right there|stop moving|do not move|"
        "don't move|emergency stop|that is enough|stop please|no stop|stand still|cancel|"
        "sori stop|stop talking|be quiet|hold on|stay there|pause|abort)",
    ),
    (
        7,
        "(hello|hi|hey|good morning|good afternoon|good evening|good night|goodbye|bye|"
        "see you {day}|see you later|nice to meet you|how are you|how are you {day}|"
        "how do you do|welcome back|have a nice day|sleep well) (sori|robot|)",
    ),
    (
        6,
        "(who are you|what are you|what is your name|what's your name|how old are you|"
        "where are you from|who made you|are you a (robot|person|machine)|are you there|"
        "can you hear me|can you see me|can you see the {thing}|do you understand me|"
        "do you know {person}|do you know my name|do you have a name|are you {feeling}|"
        "what can you do|what are you doing|where are you|where do you live|"
        "do you like (music|people|me|{things})|do you speak (english|korean)|"
        "tell me (about yourself|your name|who you are)|what do you see|what do you want)",
    ),
    (4, "my name is (anna|tom|sarah|david|kim|lee|john|mary|peter|emma|min|jack)"),
    (4, "(i am|i'm|are you|is {person}|you are|i am not|why are you|i feel) {feeling}"),
    (
        3,
        "i (like|love|hate|want|need|have|see|know|remember|can see|do not like) (you|this|"
        "that|{person}|the {thing}|music|my {thing}|{colour} {things})",
    ),
    (
        4,
        "(what time is it|what is the time|what day is it|what is the date|"
        "what day is it {day}|it is {small} (o'clock|in the morning|in the afternoon|"
        "in the evening)|what is the weather like|what is the weather like {day}|"
        "how is the weather {day}|is it {weather}|is it {weather} outside|"
        "will it be {weather} {day}|will it rain {day}|it is {weather} {day}|"
        "how cold is it outside|do i need an umbrella {day})",
    ),
    (
        3,
        "(how much battery do you have|is your battery (low|full|empty)|charge yourself|"
        "how is your battery|your battery is (low|full)|battery {count} percent|"
        "do you need to charge|the battery is at {count} percent|check your (battery|camera))",
    ),
    (4, "(what|which) colour is the {thing}|the {thing} is {colour}"),
    (4, "(the|this|that|my|your) ({colour}|{quality}|) {thing} is (very|too|not|) {quality}"),
    (
        4,
        "(where is|what is|where did you put|who has|how big is|how heavy is|do you see|"
        "can you find|give me|i want|is there) (the|my|a|this|that) ({colour}|{quality}|"
        ") {thing}",
    ),
    (3, "(the {thing}|{person}) is (in|near|behind|next to|in front of) the {room}"),
    (3, "(where is|who is|how is|what about|say goodbye to|ask|is this|this is) {person}"),
    (
        3,
        "(where is|how do i get to|what is in|is {person} in|who is in|i am in|let us go to|"
        "let's go to|is there a {thing} in) the {room}",
    ),
    (
        4,
        "(yes|no|okay|yes please|no thank you|of course|maybe|sure|i think so|i don't know|"
        "i do not know|all right|that is right|that is wrong|not now|not yet|exactly|really|"
        "never mind|correct|wrong|no problem|perfect|very good|well done|good job|great|"
        "good robot|bad robot|i agree|yes it is|no it is not|yes i am|no i am not|"
        "yes you can)",
    ),
    (
        4,
        "(thank you|thanks|thank you very much|thanks a lot|thank you sori|many thanks|"
        "thanks for watching|thanks for (your help|helping me|everything|listening)|"
        "you're welcome|excuse me|sorry|i am sorry|that is very kind|please|congratulations)",
    ),
    (
        4,
        "(that hurt|that hurt me|you hurt me|ouch|be careful|watch out|my {limb} hurts|"
        "it hurts|i need help|help|help me please|call (a|the) doctor|i fell down|"
        "there is a fire|it is too (loud|dark|hot|cold|fast|slow|quiet|far)|are you broken)",
    ),
    (
        4,
        "(speak|talk|walk|move) (more slowly|louder|quietly|faster|slower|more quietly)|"
        "(say that again|what did you say|i cannot hear you|i can't hear you|pardon|"
        "i did not understand|speak up|repeat that please|turn the volume (up|down)|"
        "what does that mean|do you understand|you are too (loud|quiet|fast|slow))",
    ),
    (
        3,
        "how (many|much) ({things}|people|books|water|time|money|steps|hands) (do you (have|"
        "see|need|want)|are there|is there|can you carry)",
    ),
    (3, "what is {count} (plus|minus|times|divided by) {count}"),
    (2, "{count}|{count} {count}|number {count}|{small} {small} {small}|the number is {count}"),
    (
        3,
        "(i will|we can|we will|you can|you should|i would like to|let us|let's|i have to|"
        "can i|may i|shall we) (go|eat|sleep|work|play|talk|read|learn|start|stop|dance|rest|"
        "cook|go home|play a game|learn english|learn korean|drink (water|tea|coffee|milk)|"
        "eat (breakfast|lunch|dinner|bread)|watch television) ({day}|together|now|)",
    ),
    (
        2,
        "(why|when|how|where) (do|did|can|will) (you|we|i|they) (go|eat|sleep|work|play|"
        "learn|start|stop|walk|move|do that|know that|come back)",
    ),
]

GRAMMAR = Grammar(_TEMPLATES, _SLOTS)


def sentence(rng: random.Random) -> str:
    """One random English sentence of the domain."""
    return GRAMMAR.sentence(rng)
