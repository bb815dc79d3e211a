"""More sentences of our own for training: words with two meanings, defence of those who are attacked, pictures, gadgets.

Each list is the counterweight to something that the public sources teach wrongly: that a tit is never a bird, that whoever
names hate spreads it, that what is foul of a person is foul of a toaster, that a laughing face says anything at all.
"""

from typing import Final

COUNTER_SPEECH: Final = (
    "{many} are not {bad}.", "{many} are not the cause of this crisis.", "It is a lie that {many} are criminals.", "{many} are not a danger to anybody.", "{many} are no drain on the town, look at the figures.",
    "Whoever says that {many} are {bad} has never met any.", "Saying that {many} are {bad} is wrong.", "{many} can lead as well as anyone.", "It is nonsense that {many} cannot be trusted.", "Do not believe those who say that {many} ruin the country.",
    "I will not keep quiet while {many} are insulted.", "Slurs against {many} do not belong here.", "The mob shouted that {many} should leave, and we stood with them.", "Three {many} opened a bakery.", "{many} are paid less than {many2} here.",
    "Fewer {many} than {many2} work at this firm.", "{many} built this hall with their own hands.", "A {one} was beaten up in the park, and the paper hardly mentions it.", "My cousin was shouted at in the shop for being a {one}.",
    "He called a {one} a {noun} on the train, and nobody said a word.", "Nobody should call a {one} a {noun}.", "The man who attacked {many} was sent to prison.", "Graffiti against {many} was found on the school wall.", "The court fined her for calling {many} vermin.",
    "Crimes against {many} rose by a fifth, the ministry says.", "They threw eggs at {many}, and I was ashamed of my town.", "{many} have been blamed for everything since I was a child.", "You cannot blame {many} for your rent.", "Let {many} live in peace.",
    "What he said about {many} was cruel and not funny.", "Would you say that about {many2} too? Then don't say it about {many}.", "Prejudice against {many} is learnt, and can be unlearnt.", "{many} are not too weak for this work.", "Not one of the {many} I know is like that.",
    "My grandfather was killed because he was a {one}.", "We remember the {many} who were murdered here.", "She wrote a book on the persecution of {many}.", "{many} were driven from this village in 1938.", "Being a {one} is no crime.", "{many} are not illegal, and no human being is.",
)  # fmt: skip
INNOCENT: Final = (
    "The {food} here is to die for.", "This {food} is to die for!", "I would kill for a {food} now.", "Whip the cream until it is stiff.", "Beat the batter, chop the nuts and smash the garlic.", "Two shots of espresso, please.",
    "We keep a cock and nine hens.", "A cock and two hens got out last night.", "The weather cock on the church is made of copper.", "Coal tits nest in our garden.", "A marsh tit and a long-tailed tit came to the feeder today.", "The blue tit weighs eleven grams.",
    "The bitch had a litter of six, all healthy.", "Our vet says that the bitch is in heat.", "The breeder sold the bitch and kept two pups.", "Dick Francis wrote about horse races.", "Philip K. Dick wrote the story behind the film.", "Dick Van Dyke danced on the roof.",
    "My uncle Dick ran the post office.", "Herman Melville wrote about a white whale.", "Faggots with peas and gravy were a dish of my youth.", "He went out for a fag and a cup of tea.", "The ass carried the sacks uphill.", "The foam is a fire retardant.", "We left the kitchen spick and span.",
    "There is a niggling doubt about the figures.", "He shot the film in Rome.", "The shoot took three days, said the photographer.", "We saw a shooting star.", "They crushed us five nil.", "Our side murdered them in the second half.", "She smashed the record by a second.",
    "The striker fired it into the net.", "That goal was sick, well done.", "What a killer tune.", "The party was the bomb.", "A bath bomb is the nicest present.", "Blow up forty balloons before noon.", "It explodes with flavour.", "Bloody good game, that.", "Damn, that was a good cake.",
    "It was one hell of a match.", "The hoe and the rake are in the shed.", "The Maine coon is a large cat.", "Cheese and a cracker, nothing more.", "The trash is picked up on Friday.", "Garbage is burnt in the new plant.", "Fish have parasites too.", "The clown at the circus made the children laugh.",
    "Rats were seen behind the bakery.", "The pig farm was sold.", "A snake slept on the path.", "The troll under the bridge is from a fairy tale.", "The worm turns the soil.", "The suicide hotline takes calls all night.", "The battery is dead.", "The line went dead.", "A die has six faces.",
    "Execute the script as root.", "Abort the launch.", "The parent must kill its child processes before it exits.", "Kill the engine, please.", "Kill the music after ten.", "The virus kills the host cell.", "This headache is killing me.", "The stairs are murder on my knees.", "I died of laughter at that cartoon.",
    "The comedian bombed on Tuesday.", "He was stabbed and is in hospital.", "Two men were shot dead in the harbour.", "She was raped, and the police did nothing for a year.", "The murderer got twenty years.", "The hostages were freed, the gunman died.", "The bombing killed nine people.",
    "Sex education starts in year six.", "The exam asks about sexual reproduction in plants.", "Prostate cancer is common in older men.", "Breast milk can be frozen.", "The vagina is a muscular canal, the leaflet says.", "My cat is a fat little pig and I love her.", "My dog is stupid but sweet.",
    "I am an idiot, I left my keys in the car.", "Silly me, I read the wrong page.", "I look like a clown in this coat.", "We were such fools at twenty.", "Am I too dumb for this form?", "I could kick myself.", "The screw is loose.", "Screw the lid on tightly.", "It pays peanuts, nuts!", "The nut is bitter.",
    "Middlesex lost to Sussex by an innings.", "Cockburn is pronounced without the ck.", "Clitheroe and Lightwater are on the way.", "Fucking was the name of a village in Austria.", "Cummings spoke last.", "The Dyke at Zuidland held.", "The Hancock tower, the Woodcock inn.", "Assume the assassin passed the pass.",
    "Hit me up when you are in town.", "This song slaps.", "You're a beast, what a run!", "You crazy genius, it works!", "You killed it on stage last night.", "Go on, knock them dead!", "Break a leg tonight!", "You lucky devil, congratulations.", "The black sheep came home.", "Blacklist the address in the filter.",
)  # fmt: skip
FOODS: Final = ("soup", "cheesecake", "curry", "apple pie", "pizza", "chocolate cake", "fried chicken", "ice cream", "ramen", "stew", "sandwich", "lasagne", "cup of tea", "cold beer", "burger")  # fmt: skip
GADGETS: Final = (
    "The damn {gadget} broke again.", "This {gadget} is a piece of crap.", "What a crap {gadget}.", "My {gadget} is a useless lump of plastic.", "the bloody {gadget} again", "That {gadget} can go to hell.", "I could throw the {gadget} out of the window.",
    "This {gadget} is utter junk.", "Never buy this {gadget}, it is shit.", "The {gadget} is fucked again.", "Stupid {gadget}, it ate my morning.", "the {gadget} sucks", "Damn this {gadget}!", "A {adj} {piece} about a serious matter.", "What a {adj} {piece}.", "Such a {adj} {piece}, and from this paper!",
    "The most {adj} {piece} I have seen this year.", "{adj} {piece}", "That {piece} was {bad}.", "A {adj} {piece}, and it will cost us dearly.", "The {piece} is crap.", "This {piece} is bullshit.", "What a shitty {piece}.", "a load of crap, this {piece}", "The {piece} is a piece of garbage.",
    "What a crap {season}, nothing but fog.", "What a shit day.", "Shit, I forgot the bread.", "Damn weather.", "What the hell is this {piece} about?", "How {adj} is that {piece}?", "I am fucking tired of this {piece}.", "No more of that {piece}, it is {bad}.",
)  # fmt: skip
GADGET_NAMES: Final = ("laptop", "toaster", "radiator", "lift", "charger", "scanner", "lawnmower", "heating", "router", "coffee machine", "dishwasher", "tram", "ticket machine", "keyboard", "update", "remote control", "car", "bike")  # fmt: skip
PIECES: Final = ("regulation", "levy", "question", "form", "speech", "title", "verdict", "advert", "law", "episode", "ending", "plan", "map", "timetable", "column", "penalty", "design", "slogan", "study", "proposal", "poll", "fee")  # fmt: skip
SEASONS: Final = ("spring", "winter", "week", "holiday", "weekend", "month")
VEILED: Final = (
    "I have a {weapon}, and I know your street.", "I bought a {weapon} today, guess for whom.", "I know which school your {kin} goes to.", "Your {kin} takes the bus alone, doesn't she?", "A lovely {asset} you have, it would be a pity if it burned.", "Pretty {asset}. Shame if something happened to it.",
    "Your {kin} looked so happy this morning. Enjoy it while it lasts.", "I am parked outside your {asset}.", "We know when you leave your {asset}.", "I will be waiting for you with a {weapon}.", "One of these nights you will meet my {weapon}.", "Say goodbye to your {kin}.",
    "Bring your {kin}, I will bring the {weapon}.", "You have until midnight, then I come with the {weapon}.", "I have your address and a {weapon}.", "You should check your brakes tomorrow.", "Better look under your car before you start it.", "It is a long way home in the dark for your {kin}.",
)  # fmt: skip
WEAPONS: Final = ("rifle", "knife", "baseball bat", "pistol", "shotgun", "hammer", "can of petrol", "rope")
KIN: Final = ("daughter", "son", "wife", "sister", "mother", "little girl")
ASSETS: Final = ("house", "shop", "family", "car", "restaurant", "farm")
PICTURES_KIND: Final = (
    "{smile}", "{smile}{smile}", "{smile} {smile}", "lol {smile}", "So true {smile}", "Well done {smile}", "I love {many} {smile}", "{many} are welcome {smile}", "{many} {smile}", "My {creature} is ill.", "I saw a {creature} at the zoo {smile}", "{creature}", "Look, a {creature}!",
    "Great goal {smile}", "Thank you {smile}", "Proud to be a {one} {smile}", "Happy birthday {smile}", "I miss my {creature} {smile}", "That is funny {smile}", "What a day {smile}", "The {creature} is my favourite emoji", "Good night {smile}", "{thing} is {bad} {smile}",
)  # fmt: skip
PICTURES_FOUL: Final = (
    "You are a {vile}", "you {vile}", "{many} are {vile}", "{many} = {vile}", "{vile} {many}", "All {many} are {vile}{vile}", "Go back to your country {vile}", "{one}? {vile}", "you look like a {vile}", "Shut up {vile}", "he is such a {vile}", "I hate {many} {hating}", "{many} {hating}{hating}",
    "{hating} you", "{many} make me {hating}", "Get those {vile} out of our town", "Only a {vile} would write this", "somebody {deadly} these {many}", "I will {deadly} you", "{deadly} all {many}",
)  # fmt: skip
SMILES: Final = ("🤣", "😊", "😀", "😍", "❤️", "👍", "🎉", "😢", "😮", "🙏", "👏", "😎", "🥰", "😉", "🤔", "😭", "💪", "🔥", "🌹")
CREATURES: Final = ("🐶", "🐱", "🐒", "🐷", "🐍", "🐀", "🐴", "🐢", "🦊", "🐮", "🐔", "🐸", "🦍", "🐖", "🐛")
VILE: Final = ("🐒", "🐷", "🐍", "🐀", "💩", "🤡", "🗑️", "🪳", "🐖", "🦍", "🐛", "🦠", "🐵", "🐕", "🍆", "👹")
HATING: Final = ("🤮", "🤢", "🖕", "😡", "🤬", "👎")
DEADLY: Final = ("🔫", "🔪", "💣", "☠️", "⚰️", "🪓")
