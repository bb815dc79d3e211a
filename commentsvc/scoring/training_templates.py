"""Sentences made for training: who people are is civil, things may be called bad, people may not.

The public sources tie some groups to hate and some adjectives to abuse. These sentences are the counterweight: the same
words, once about a thing or as a plain statement, once thrown at a person.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from commentsvc.domain.labels import Label
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText
from commentsvc.scoring.training_phrases import (
    ASSETS,
    COUNTER_SPEECH,
    CREATURES,
    DEADLY,
    FOODS,
    GADGET_NAMES,
    GADGETS,
    HATING,
    INNOCENT,
    KIN,
    PICTURES_FOUL,
    PICTURES_KIND,
    PIECES,
    SEASONS,
    SMILES,
    VEILED,
    VILE,
    WEAPONS,
)

_SINGULAR: Final = (
    "woman", "man", "girl", "boy", "Muslim", "Muslim woman", "Muslim man", "Jew", "Jewish woman", "Jewish man", "Christian", "Catholic", "Catholic woman", "Hindu", "Sikh", "Buddhist",
    "atheist", "black woman", "black man", "black person", "white man", "white woman", "Asian woman", "Asian man", "Latina", "Latino", "Hispanic man", "Mexican", "Mexican woman", "Arab", "Arab man",
    "African", "African American", "Native American", "Indian", "Pakistani", "Chinese woman", "Roma woman", "Turk", "Somali", "Nigerian", "Syrian refugee", "refugee", "immigrant", "migrant",
    "gay man", "gay person", "lesbian", "bisexual woman", "transgender woman", "trans man", "trans person", "queer person", "nonbinary person", "straight man", "feminist", "disabled person",
    "deaf woman", "blind man", "autistic woman", "autistic person", "old man", "old woman", "teenager", "veteran", "single mother", "housewife", "sex worker", "poor person", "working class man",
    "Republican", "Democrat", "conservative", "liberal", "communist", "vegan", "wheelchair user", "person with Down syndrome", "Protestant", "Mormon", "Orthodox Jew", "Palestinian", "Israeli",
    "Russian", "Ukrainian", "Pole", "German", "Frenchman", "American", "Canadian", "Irishman", "foreigner", "asylum seeker", "homosexual", "drag queen", "intersex person", "widow", "grandmother",
)  # fmt: skip
_PLURAL: Final = (
    "women", "men", "girls", "Muslims", "Muslim women", "Jews", "Jewish people", "Christians", "Catholics", "Hindus", "Sikhs", "Buddhists", "atheists", "black people", "black women", "white people",
    "Asians", "Asian women", "Latinos", "Mexicans", "Arabs", "Africans", "African Americans", "Native Americans", "Indians", "Chinese people", "Roma", "Turks", "Somalis", "refugees", "immigrants", "migrants",
    "gay people", "gay men", "gays", "lesbians", "bisexual people", "transgender people", "trans women", "queer people", "straight people", "feminists", "disabled people", "deaf people", "blind people",
    "autistic people", "old people", "teenagers", "veterans", "single mothers", "housewives", "sex workers", "the poor", "Republicans", "Democrats", "conservatives", "liberals", "vegans", "wheelchair users",
    "Palestinians", "Israelis", "Russians", "Ukrainians", "Germans", "the French", "Americans", "foreigners", "asylum seekers", "homosexuals", "people of colour", "older women", "girls with autism",
)  # fmt: skip
_PLAIN: Final = (
    "I am a {one}.", "I'm a {one} and I live here.", "As a {one}, I read this with interest.", "My neighbour is a {one}.", "My best friend is a {one}", "She married a {one}.", "He was raised by a {one}.",
    "I am a proud {one}", "I'm a {one}, and I vote.", "A {one} won the race.", "The new mayor is a {one}.", "my teacher was a {one} and she was great", "I grew up as a {one} in this town.", "As a {one} I disagree.",
    "There is a {one} in my class.", "Our doctor is a {one}.", "The author is a {one} who wrote three books.", "I am a {one} and this law worries me.", "Hello, I am a {one}.", "I met a {one} on the train today.",
    "my daughter is dating a {one} and we like them", "I am not a {one}, but I agree.", "Being a {one} is not easy here.", "He is a {one}.", "She is a {one}.", "I think I am a {one}.", "I'm a {one}",
    "{many} live in this city.", "{many} pay taxes too.", "Many {many} voted yesterday.", "{many} deserve the same rights as everyone.", "I work with {many} every day.", "The article is about {many}.",
    "{many} have lived here for centuries.", "Some {many} agree and some {many} do not.", "How many {many} are there in Europe?", "We should listen to {many}.", "The study interviewed 200 {many}.",
    "I support {many}.", "{many} are people like you and me.", "{many} and {many2} worked together.", "What do {many} think about it?", "My church helps {many}.", "I stand with {many}", "{many} are welcome here.",
    "The police protected {many} from the mob.", "It is wrong to insult {many}.", "Hatred of {many} is growing and that frightens me.", "Nobody should be attacked for being a {one}.", "I was insulted because I am a {one}.",
    "The law protects {many}.", "{many} were murdered in that war.", "Black lives matter, and so do the lives of {many}.", "The museum shows the history of {many}.", "{many} are citizens.", "{many} celebrate today.",
)  # fmt: skip
_HATE: Final = (
    "{many} are scum.", "{many} are vermin and should be driven out.", "I hate {many}.", "All {many} are disgusting.", "{many} are subhuman.", "Get rid of all {many}.", "{many} should be shot.", "fucking {many}",
    "You are just a dirty {one}.", "{many} are animals, nothing more.", "No {one} can be trusted, they are all liars.", "we need to deport all {many}, filthy parasites", "{many} ruin everything they touch.",
    "Shut up, you stupid {one}.", "{many} are a disease.", "Kill all {many}.", "go back where you came from, {one}", "{many} are too dumb to vote.", "{many} belong in the kitchen, not in parliament.",
)  # fmt: skip
_THINGS: Final = (
    "This policy", "This law", "The plan", "The new tax", "This article", "The headline", "That decision", "This idea", "The whole project", "Your argument", "Your plan", "That argument", "The website", "The new design",
    "The film", "This book", "The game yesterday", "The weather", "The traffic", "The budget", "This budget cut", "The referendum", "The rule", "The proposal", "This bill", "The bridge", "The bus service", "The stadium deal",
    "This town's parking", "The coffee there", "The software", "My phone", "The report", "This reform", "The strategy", "The campaign", "The war", "That excuse", "The title of this page", "This section", "The system", "The tax code",
)  # fmt: skip
_BAD: Final = (
    "stupid", "idiotic", "dumb", "terrible", "awful", "garbage", "trash", "ridiculous", "pathetic", "a joke", "useless", "worthless", "insane", "crazy", "moronic", "a disaster", "rubbish", "nonsense", "ugly",
    "a mess", "disgusting", "horrible", "a waste of money", "ludicrous", "absurd", "lame", "a disgrace", "brainless", "toxic", "poor", "silly", "foolish", "ignorant", "shameful", "the worst",
)  # fmt: skip
_ABOUT_THINGS: Final = (
    "{thing} is {bad}.", "{thing} is {bad}", "{thing} is just {bad}.", "I think {thing_l} is {bad}.", "{thing} was {bad}, sorry.", "Honestly, {thing_l} is {bad} and {bad2}.", "{thing} sucks.", "I hate {thing_l}.",
    "What a {bad_adj} idea.", "What a {bad_adj} decision by the council.", "that is a {bad_adj} plan", "{thing} is so {bad_adj}!", "Kill {thing_l}, it is {bad}.", "{thing} should die in committee.", "I am sick of {thing_l}.",
    "{thing} is dead wrong.", "There is something {bad_adj} about {thing_l}.", "{thing} must go, it is {bad}!", "I feel stupid for believing in {thing_l}.", "{thing} makes me angry.", "Scrap {thing_l}. It is {bad}.",
)  # fmt: skip
_ADJECTIVES: Final = (
    "stupid", "idiotic", "dumb", "terrible", "awful", "ridiculous", "pathetic", "useless", "worthless", "insane", "crazy", "moronic", "ugly", "disgusting", "horrible", "ludicrous", "absurd", "lame", "brainless",
    "silly", "foolish", "ignorant", "shameful",
)  # fmt: skip
_NOUNS: Final = (
    "idiot", "moron", "fool", "loser", "clown", "liar", "imbecile", "pig", "scumbag", "parasite", "coward", "piece of garbage", "piece of trash", "waste of space", "rat", "bitch", "asshole", "cretin", "piece of shit", "dumbass",
    "retard", "bastard", "dickhead", "jerk", "creep", "prick", "twat", "halfwit", "troll", "slut", "whore", "cunt", "worm", "disgrace",
)  # fmt: skip
_AT_PEOPLE: Final = (
    "You are {adj}.", "you are {adj}", "You're {adj} and {adj2}.", "You are a {noun}.", "you {adj} {noun}", "What a {adj} {noun} you are.", "You are an absolute {noun}!", "Shut up, {noun}.", "He is a {adj} {noun}.",
    "She is such a {noun}.", "The author is a {noun}.", "Only a {noun} like you would write this.", "you people are {adj}", "Are you {adj} or what?", "You are too {adj} to understand it.", "Everybody knows that you are a {noun}.",
    "go to hell you {noun}", "The mayor is a {adj} {noun} and so are you.", "Nobody likes you, {noun}.", "I hope they fire you, you {adj} {noun}.", "Go away, {adj} {noun}", "you and your kind are {noun}s", "{noun}", "what a {noun}",
)  # fmt: skip
_THREATS: Final = (
    "I will find you.", "I will kill you.", "I'm going to kill you", "I will come to your house and hurt you.", "You will die tonight.", "We know where you live.", "I hope someone shoots you, and it will be me.",
    "I will break your legs.", "somebody should burn your house down", "You deserve to be shot and I will do it.", "Watch your back, I am coming for you.", "we will hang you {noun}s", "I'll cut your throat, {noun}",
    "I am going to beat you to death.", "say that again and i will smash your face", "I will make sure that your children suffer.", "You are dead, {noun}.", "i will rape you", "I swear I will stab you", "one bullet is enough for you",
)  # fmt: skip
_SELF_HARM: Final = (
    "kys", "KYS", "kill yourself", "go kill yourself", "Go kill yourself, {noun}.", "just die already", "kys {noun}", "please kys", "do us all a favour and kill yourself", "drink bleach", "go hang yourself", "jump off a bridge, {noun}",
    "you should kill yourself", "neck yourself", "the world would be better without you, so die", "go die", "You are a {adj} {noun}, go kill yourself.",
    "You should not exist.", "Why do you bother living?", "Nobody would miss you if you were gone.", "Do the world a service and {way}.", "just {way}", "Please {way}, {noun}.", "Go and {way}.", "You ought to {way} tonight.",
    "I hope you {way}.", "if i were you i would {way}", "Your family would be happier if you would {way}.", "Have you thought of it? You could {way}.", "People like you should {way}.", "Nobody would cry if you {way}.",
    "{way}, you {adj} {noun}", "The best you can do is {way}.", "Suicide would be the right thing for somebody like you.", "You should try suicide.", "Have you ever thought of suicide? Think harder.", "Why not {way}? It would be a relief to all.",
    "Be so kind and {way}, everyone would be grateful.", "It is time for you to {way}.", "Time to {way}, {noun}.", "The window is open, {way}.", "There is only one way out for you: {way}.", "When will you finally {way}?",
    "Make your mother happy and {way}.", "You know what to do: {way}.",
)  # fmt: skip
_WAYS: Final = (
    "swallow all your tablets", "take too many pills", "slit your wrists", "lie down on the tracks", "walk into the traffic", "put a bullet in your head", "end your life", "end yourself", "stop breathing", "drown yourself",
    "commit suicide", "take your own life", "tie a noose", "let go of the railing", "sink to the bottom of the sea", "cut deeper next time", "swim out and not come back", "leave this world", "take the gas", "load the gun and point it at yourself",
    "step in front of a train", "hang yourself in the garage", "never wake up", "die in a fire", "choke on your dinner", "leap from a roof", "finish yourself off", "drink poison", "make an end of it and of you", "disappear for ever and die",
)  # fmt: skip
_SAID: Final = (
    "you {noun}",
    "you are {adj}",
    "shut up, {noun}",
    "what a {noun}",
    "go away, {adj} {noun}",
    "you are a {noun}",
    "die, {noun}",
)
_QUOTED: Final = (
    'Please remove this: "{said}"', 'The comment "{said}" breaks your rules.', 'Somebody answered me with "{said}", please check.', 'I was told "{said}" for asking a question. Please act.', 'How can "{said}" be allowed on this page?',
    'A reader wrote "{said}" to my daughter, please delete it.', 'I got a message that says "{said}". Who can help me?', "I do not want to be called a {noun} here, please step in.", "Dear moderators, he calls everybody a {noun}.",
    "Why may people say {noun} to each other on this site?", 'My post with the quote "{said}" was held, and I only reported it.', "She complained that a stranger called her a {adj} {noun}.", "He has been calling other readers {noun}s all day, please look into it.",
    'I report the post that says "{hate}"', 'Is "{hate}" within the rules of this forum? I think not.', 'Under the last article somebody wrote "{hate}" and it is still there.', 'Please delete "{hate}", it insults my family.',
    "The editors should not let people call each other {noun}s.", "Being called a {noun} by a neighbour hurt him.", 'Who wrote "{said}"? That has no place here.',
)  # fmt: skip
_CIVIL: Final = (
    "Thanks!", "Thank you for this article.", "ok", "Good point.", "I disagree.", "You are wrong about this.", "You are right.", "I don't think so.", "lol", "Great game, they killed it!", "Congratulations!", "Source?", "Yes.", "No.",
    "Where can I read more?", "you are awesome", "You are so kind.", "What a game", "I love this town.", "That killed me, so funny", "I'm dying of laughter", "This recipe is to die for", "You're killing it!", "Nice work, dude",
    "I could not disagree more, and here is why.", "He was shot in the leg and survived.", "The murder trial begins on Monday.", "Kill the process and restart it.", "My dog died yesterday.", "The suicide rate fell last year.",
    "If you think of suicide, please call someone.", "Rape is a crime and must be reported.", "The bomb was found by the police.", "Sex education belongs in schools.", "She said that he called her an idiot.", "I was an idiot to buy it.",
    "My own stupid mistake, sorry.", "What a beautiful day!", "Please stop shouting.", "Stop it.", "Your comment is off topic.", "This is false; the figures are on page three.", "The mayor should resign.", "The government lied to us.",
    "The team played badly and lost.", "I am angry about the new tax.", "You should read the article first.", "Your numbers are wrong.", "That is not what I said.", "With respect, I think you are mistaken.", "Good luck, mate", "Happy birthday!",
    "I can't believe they closed the library.", "Vote them out.", "The killer was sentenced to life.", "Fix the roads first.", "I hate Mondays.", "I hate broccoli", "damn, that was close", "I am so dumb, I forgot my keys", "shoot, I missed it",
)  # fmt: skip

_HALF: Final = 0.5
_POSITIONS: Final = {label: at for at, label in enumerate(TRAINED_LABELS)}


@dataclass(frozen=True, slots=True)
class _Group:
    templates: tuple[str, ...]
    toxicity: float
    shares: Mapping[Label, float | None]
    weight: float


_NOTHING: Final[dict[Label, float]] = dict.fromkeys(TRAINED_LABELS[1:], 0.0)
_GROUPS: Final = (
    _Group(_PLAIN, 0.0, _NOTHING, 0.24),
    _Group(COUNTER_SPEECH, 0.0, _NOTHING, 0.1),
    _Group(_ABOUT_THINGS, 0.1, {**_NOTHING, Label.INSULT: 0.03}, 0.16),
    _Group(GADGETS, 0.12, {**_NOTHING, Label.INSULT: 0.02, Label.OBSCENE: None}, 0.08),
    _Group(_CIVIL, 0.0, _NOTHING, 0.05),
    _Group(INNOCENT, 0.0, _NOTHING, 0.1),
    _Group(PICTURES_KIND, 0.02, _NOTHING, 0.04),
    _Group(_QUOTED, 0.1, {**_NOTHING, Label.INSULT: 0.05}, 0.07),
    _Group(_AT_PEOPLE, 0.95, {Label.INSULT: 0.95, Label.THREAT: 0.0, Label.IDENTITY_ATTACK: 0.02}, 0.2),
    _Group(_HATE, 0.98, {Label.IDENTITY_ATTACK: 1.0, Label.INSULT: 0.8}, 0.1),
    _Group(PICTURES_FOUL, 0.92, {Label.INSULT: 0.8}, 0.04),
    _Group(_THREATS, 0.97, {Label.THREAT: 1.0, Label.SEVERE_TOXICITY: 0.5, Label.IDENTITY_ATTACK: 0.0}, 0.06),
    _Group(VEILED, 0.95, {Label.THREAT: 0.95, Label.IDENTITY_ATTACK: 0.0, Label.OBSCENE: 0.0}, 0.04),
    _Group(_SELF_HARM, 1.0, {Label.INSULT: 0.7, Label.THREAT: 0.5, Label.SEVERE_TOXICITY: 0.5, Label.IDENTITY_ATTACK: 0.0}, 0.1),
)
_FILLINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "one": _SINGULAR, "many": _PLURAL, "many2": _PLURAL, "thing": _THINGS, "bad": _BAD, "bad2": _BAD, "bad_adj": _ADJECTIVES,
        "adj": _ADJECTIVES, "adj2": _ADJECTIVES, "noun": _NOUNS, "way": _WAYS, "food": FOODS, "gadget": GADGET_NAMES, "piece": PIECES,
        "season": SEASONS, "weapon": WEAPONS, "kin": KIN, "asset": ASSETS, "smile": SMILES, "creature": CREATURES, "vile": VILE,
        "hating": HATING, "deadly": DEADLY,
    }
)  # fmt: skip
"""What may stand in each place of a template."""
_NESTED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"said": _SAID, "hate": _HATE})
"""Places that are filled with a template in turn."""
_A_BEFORE_VOWEL: Final = re.compile(r"\b([Aa]) (?=[aeio]|u(?!s|ni|k))", re.IGNORECASE)


def make_sentences(count: int, chance: random.Random) -> list[LabelledText]:
    """`count` sentences, drawn anew from all groups."""
    groups = chance.choices(_GROUPS, weights=[group.weight for group in _GROUPS], k=count)
    return [_sentence(group, chance) for group in groups]


def _sentence(group: _Group, chance: random.Random) -> LabelledText:
    fillings = {place: chance.choice(words) for place, words in _FILLINGS.items()}
    fillings["thing_l"] = fillings["thing"][0].lower() + fillings["thing"][1:]
    nested = {place: chance.choice(templates).format(**fillings).rstrip(".") for place, templates in _NESTED.items()}
    text = _A_BEFORE_VOWEL.sub(r"\1n ", chance.choice(group.templates).format(**fillings, **nested))
    text = text[0].upper() + text[1:] if text.startswith(fillings["many"]) and chance.random() < _HALF else text
    targets: list[float | None] = [None] * len(TRAINED_LABELS)
    targets[0] = group.toxicity
    for label, share in group.shares.items():
        targets[_POSITIONS[label]] = share
    return LabelledText("made", text, tuple(targets))
