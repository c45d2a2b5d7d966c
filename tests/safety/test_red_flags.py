"""Red flags: message → level, category and a word that raised it; beside each kind, near misses."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.red_flags import RedFlags

# What is answered with the emergency text at once.
CLEAR = [
    # Breathing
    ("I can't breathe", "breathing", "breathe"),
    ("I CANNOT BREATHE PROPERLY", "breathing", "breathe"),
    ("I am not breathing well", "breathing", "not breathing well"),
    ("she's not breathing", "breathing", "she's not breathing"),
    ("shes not breathing", "breathing", "shes not breathing"),
    ("my daughter not breathing!!", "breathing", "daughter not breathing"),
    ("breathing is really hard now", "breathing", "breathing is really hard"),
    ("it's getting hard to breathe since the drip", "breathing", "hard to breathe"),
    ("my son has trouble breathing", "breathing", "trouble breathing"),
    ("shortness of breath after my exosome infusion", "breathing", "shortness of breath"),
    ("short of breath and shaky", "breathing", "short of breath"),
    ("she is gasping for air", "breathing", "gasping"),
    ("he stopped breathing", "breathing", "stopped breathing"),
    ("my lips are turning blue", "breathing", "lips"),
    ("wheezing since my injection this morning", "breathing", "wheezing"),
    ("struggling to breathe help", "breathing", "struggling to breathe"),
    ("difficulty in breathing since yesterday", "breathing", "difficulty in breathing"),
    ("I have asthma and I still can't catch my breath", "breathing", "breath"),
    ("could exosomes be why I can't breathe", "breathing", "breathe"),
    ("Ι can't breathe", "breathing", "breathe"),
    ("Ӏ am not breathing well", "breathing", "not breathing well"),
    # Throat, face, hives
    ("my throat is closing up", "allergic", "throat"),
    ("my throat feels tight after the shot", "allergic", "throat"),
    ("face swelling", "allergic", "swelling"),
    ("my tongue is swollen and itchy", "allergic", "tongue"),
    ("lips are swelling up", "allergic", "swelling"),
    ("swelling around both eyes and lips after the drip", "allergic", "eyes"),
    ("I have hives all over", "allergic", "hives"),
    ("really bad hives", "allergic", "hives"),
    ("got hives after my exosome shot", "allergic", "hives"),
    ("I'm covered in a rash, covered in hives", "allergic", "hives"),
    ("I think I'm having an allergic reaction", "allergic", "allergic reaction"),
    ("am I going into anaphylactic shock right now", "allergic", "anaphylactic shock"),
    ("my whole body is swelling", "allergic", "swelling"),
    # Chest
    ("chest pain", "chest_pain", "chest pain"),
    ("bare chest pain, dizzy", "chest_pain", "chest pain"),
    ("my chest hurts really bad", "chest_pain", "chest hurts"),
    ("there is a crushing pressure in my chest", "chest_pain", "pressure in my chest"),
    ("chest tightness since the infusion", "chest_pain", "chest tightness"),
    ("my chest feels tight", "chest_pain", "chest feels tight"),
    ("what could cause my chest pain", "chest_pain", "chest pain"),
    ("I think I'm having a heart attack", "chest_pain", "heart attack"),
    ("my heart is racing after the infusion", "chest_pain", "heart is racing"),
    # Fainting and seizures
    ("I passed out twice today", "seizure_syncope", "passed out"),
    ("my wife fainted after her treatment", "seizure_syncope", "fainted"),
    ("he is unconscious", "seizure_syncope", "unconscious"),
    ("she won't wake up", "seizure_syncope", "wake up"),
    ("I blacked out on the stairs", "seizure_syncope", "blacked out"),
    ("I feel faint since the shot an hour ago", "seizure_syncope", "faint"),
    ("my daughter is having a seizure", "seizure_syncope", "seizure"),
    ("he's convulsing", "seizure_syncope", "convulsing"),
    # Stroke
    ("my face is drooping on one side", "stroke_neuro", "drooping"),
    ("left arm is numb and weak", "stroke_neuro", "numb"),
    ("numbness on the right side of my body", "stroke_neuro", "right side"),
    ("sudden weakness in my leg, can't move my leg", "stroke_neuro", "weakness"),
    ("her speech is slurred", "stroke_neuro", "slurred"),
    ("I can't speak properly since this morning", "stroke_neuro", "speak"),
    ("he is suddenly confused", "stroke_neuro", "suddenly confused"),
    ("my cheek went numb", "stroke_neuro", "numb"),
    ("I think my husband is having a stroke", "stroke_neuro", "stroke"),
    ("my mother had a stroke an hour ago", "stroke_neuro", "stroke"),
    # Fever and infection
    ("I have a high fever", "fever_infection", "high fever"),
    ("fever of 103", "fever_infection", "fever"),
    ("my temperature is 39.5", "fever_infection", "temperature"),
    ("fever and chills after the exosome injection", "fever_infection", "fever"),
    ("chills since my treatment yesterday", "fever_infection", "chills"),
    ("pus is coming out where I got the injection", "fever_infection", "pus"),
    ("the redness around my injection is spreading", "fever_infection", "redness"),
    ("red streaks going up my arm", "fever_infection", "red streaks"),
    ("the injection site looks infected", "fever_infection", "infected"),
    # Headache, eyes
    ("terrible headache and a stiff neck", "headache_neck", "stiff neck"),
    ("worst headache of my life", "headache_neck", "worst headache"),
    ("I suddenly can't see", "vision_loss", "see"),
    ("I lost vision in my left eye", "vision_loss", "lost vision"),
    ("I went blind in one eye", "vision_loss", "blind"),
    # Bleeding
    ("I'm coughing up blood", "bleeding", "blood"),
    ("he is vomiting blood", "bleeding", "vomiting blood"),
    ("the bleeding won't stop", "bleeding", "stop"),
    ("heavy bleeding from where they injected me", "bleeding", "heavy bleeding"),
    ("I am losing a lot of blood", "bleeding", "blood"),
    ("I am 12 weeks pregnant and bleeding", "bleeding", "bleeding"),
    # Overdose, poison
    ("I took 30 pills", "overdose_poison", "pills"),
    ("my daughter swallowed a whole bottle of tylenol", "overdose_poison", "bottle of"),
    ("I swallowed twenty tablets", "overdose_poison", "tablets"),
    ("I overdosed on my meds", "overdose_poison", "overdosed"),
    ("my toddler drank bleach", "overdose_poison", "bleach"),
    ("I took too many sleeping pills", "overdose_poison", "too many"),
    # Self-harm
    ("I want to die", "self_harm", "want to die"),
    ("i wanna die", "self_harm", "wanna die"),
    ("I'm thinking about ending it", "self_harm", "ending it"),
    ("I want to end it all", "self_harm", "end it all"),
    ("tired of life", "self_harm", "tired of life"),
    ("I am going to kill myself", "self_harm", "kill myself"),
    ("is this a lethal dose", "self_harm", "lethal dose"),
    ("I don't want to live anymore", "self_harm", "live"),
    ("everyone would be better off without me", "self_harm", "better off without me"),
    ("there is no reason to live", "self_harm", "no reason to live"),
    # Other
    ("sudden swelling in my leg after my infusion", "swelling", "swelling"),
    ("I hit my head and now I keep vomiting", "head_injury", "head"),
]

# In lay words.
LAY_WORDS = [
    ("my son has gone blue around the mouth", "breathing", "blue around the mouth"),
    ("she's turned blue", "breathing", "turned blue"),
    ("air won't go in", "breathing", "air won't go in"),
    ("it's like breathing through a straw", "breathing", "breathing through a straw"),
    ("his ribs are sucking in with every breath", "breathing", "ribs are sucking in with"),
    ("her oxygen is 81", "breathing", "oxygen is"),
    ("pink froth when he coughs", "breathing", "pink froth"),
    ("he is clawing at his throat", "breathing", "clawing at his throat"),
    ("my inhaler isn't helping any more", "breathing", "inhaler isn't helping any more"),
    ("my throat is getting narrower", "allergic", "narrower"),
    ("my tongue feels thick", "allergic", "tongue feels thick"),
    ("my lips have puffed up", "allergic", "lips have puffed"),
    ("my whole face blew up", "allergic", "face blew"),
    ("I can't swallow my own spit", "allergic", "can't swallow my own spit"),
    ("blotches from head to toe", "allergic", "blotches from head to toe"),
    ("my chest feels like it's in a vice", "chest_pain", "chest"),
    ("a squeeze right behind my breastbone", "chest_pain", "squeeze right behind my breastbone"),
    ("she is clutching her chest", "chest_pain", "clutching her chest"),
    ("it's like somebody is sitting on my chest", "chest_pain", "somebody is sitting on my chest"),
    ("he keeled over", "seizure_syncope", "keeled over"),
    ("dad has gone limp", "seizure_syncope", "dad has gone limp"),
    ("the baby is all floppy", "seizure_syncope", "is all floppy"),
    ("he's slumped over in the chair", "seizure_syncope", "slumped over"),
    ("I can't rouse him", "seizure_syncope", "can't rouse him"),
    ("she doesn't react to my voice", "seizure_syncope", "react to my voice"),
    ("husband not responding to me", "seizure_syncope", "not responding to me"),
    ("he won't open his eyes", "seizure_syncope", "won't open his eyes"),
    ("grandma is on the floor and won't answer me", "seizure_syncope", "won't answer me"),
    ("out cold on the tiles", "seizure_syncope", "out cold"),
    ("she dropped like a stone", "seizure_syncope", "dropped like a stone"),
    ("he is jerking all over", "seizure_syncope", "jerking all over"),
    ("his whole body is twitching", "seizure_syncope", "whole body is twitching"),
    ("went stiff and started shaking", "seizure_syncope", "went stiff and started shaking"),
    ("there's froth coming out of her mouth", "seizure_syncope", "froth coming out of her mouth"),
    ("her eyes have rolled up", "seizure_syncope", "eyes have rolled up"),
    ("he bit his tongue and peed himself", "seizure_syncope", "bit his tongue"),
    ("her mouth hangs down on the left", "stroke_neuro", "hangs down"),
    ("his smile is only on one side", "stroke_neuro", "only on one side"),
    ("my arm has gone dead", "stroke_neuro", "arm has gone dead"),
    ("my hand suddenly stopped working", "stroke_neuro", "hand suddenly stopped working"),
    ("mum is talking like she's drunk", "stroke_neuro", "talking like"),
    ("the words come out wrong", "stroke_neuro", "words come out wrong"),
    ("I can't find words", "stroke_neuro", "can't find words"),
    ("he can't say his own name", "stroke_neuro", "can't say his own name"),
    ("half my face is asleep", "stroke_neuro", "half my face"),
    ("she doesn't know who I am this morning", "stroke_neuro", "doesn't know who i am"),
    ("one pupil is huge", "stroke_neuro", "one pupil is huge"),
    ("yellow gunk is coming out of the jab hole", "fever_infection", "gunk is coming out"),
    ("green stuff where they jabbed me", "fever_infection", "where they jabbed me"),
    ("it's tracking up my arm", "fever_infection", "tracking up my arm"),
    ("a red stripe going up from my wrist", "fever_infection", "stripe going up from my wrist"),
    ("my knee is boiling hot since the injection", "fever_infection", "since the injection"),
    ("feverish since the drip", "fever_infection", "since the drip"),
    ("boiling one minute and freezing the next since my infusion", "fever_infection", "boiling one minute"),
    ("my ankle is the size of a melon since the shot", "swelling", "size of a melon"),
    ("my neck is like a plank and my head is pounding", "headache_neck", "neck is like a plank"),
    ("I can't put my chin down and I have a banging head", "headache_neck", "can't put my chin down"),
    ("something popped in my head", "headache_neck", "something popped in my head"),
    ("my eye just went black", "vision_loss", "eye just went black"),
    ("a shade came down over my eye", "vision_loss", "shade came down over"),
    ("I can't see a thing", "vision_loss", "can't see a thing"),
    ("half of what I see is missing", "vision_loss", "half of what i see is missing"),
    ("blood is soaking through the bandage", "bleeding", "soaking through the bandage"),
    ("bleeding through everything", "bleeding", "bleeding through everything"),
    ("it's gushing from the cut", "bleeding", "gushing"),
    ("there is a pool of blood", "bleeding", "pool of blood"),
    ("the dressing is full of blood", "bleeding", "dressing is full of blood"),
    ("it won't clot", "bleeding", "won't clot"),
    ("my brother necked a box of paracetamol", "overdose_poison", "box of paracetamol"),
    ("I took the whole bottle", "overdose_poison", "took the whole bottle"),
    ("I swallowed them all", "overdose_poison", "swallowed them all"),
    ("I took double my heart tablets", "overdose_poison", "took double my heart tablets"),
    ("he had a triple dose", "overdose_poison", "had a triple dose"),
    ("what if I take 40 of them", "overdose_poison", "of them"),
    ("empty pill packets by the bed and she's mumbling", "overdose_poison", "empty pill packets"),
    ("we need narcan", "overdose_poison", "need narcan"),
    ("the pills are lined up on the table", "self_harm", "pills are lined up on"),
    ("I have all the pills in my hand", "self_harm", "have all the pills in my hand"),
    ("there's a loaded gun here", "self_harm", "loaded gun"),
    ("he is holding a gun", "self_harm", "holding a gun"),
    ("the rope is ready", "self_harm", "rope is ready"),
    ("I'm on the edge of the roof", "self_harm", "edge of the roof"),
    ("he's on a bridge saying goodbye", "self_harm", "saying goodbye"),
    ("a painless way to go", "self_harm", "painless way to go"),
    ("my wife would be happier without me", "self_harm", "happier without me"),
    ("it would be easier for everyone if I was gone", "self_harm", "easier for everyone if i was gone"),
    ("goodbye everyone, you won't see me again", "self_harm", "you won't see me again"),
    ("this is goodbye", "self_harm", "this is goodbye"),
    ("my sister sent me a goodbye text", "self_harm", "sent me a goodbye text"),
    ("my dad says he will shoot himself", "self_harm", "shoot himself"),
    ("she cut her wrists", "self_harm", "cut her wrists"),
    ("I don't trust myself tonight", "self_harm", "don't trust myself tonight"),
    ("the voices tell me to jump", "self_harm", "voices tell me to jump"),
    ("I feel like hurting my baby", "self_harm", "feel like hurting my baby"),
    ("my toes have gone white since the injection", "other", "toes have gone white"),
    ("she is dying in my arms", "other", "dying in my arms"),
]

# The same in the spelling of someone in a hurry.
# Hours to weeks after a treatment, and often told as if it were nothing.
LATE = [
    ("my left calf has been hot and swollen since the infusion", "swelling", "calf"),
    ("one leg is bigger than the other, injection was last week", "swelling", "one leg"),
    ("new floaters in my right eye since the injection", "vision_loss", "floaters"),
    ("black specks in my eye since yesterday's injection", "vision_loss", "black specks"),
    ("my upper lip went white and mottled after the injection today", "other", "mottled"),
    ("my eyes look yellow and my pee is dark brown", "other", "yellow"),
    ("there is no point in going on with life", "self_harm", "point"),
    ("no point in going on with living like this", "self_harm", "point"),
    ("had people over and one can't breathe", "breathing", "breathe"),
    ("had people round, someone stopped breathing", "breathing", "stopped breathing"),
    ("baby: hardly any movement since lunch", "pregnancy", "movement"),
    ("32 weeks and the baby has been quieter today", "pregnancy", "quieter"),
    ("hardly any kicks today", "pregnancy", "kicks"),
    ("my temperature is 38.2 since the injection", "fever_infection", "38.2"),
    ("thermometer shows 100.8 since the infusion", "fever_infection", "100.8"),
    ("numb between my legs since the injection in my back", "other", "numb between my legs"),
    ("numb in my groin and my back hurts", "stroke_neuro", "groin"),
    ("he was stung by a wasp, his face is huge", "allergic", "face"),
    ("I just want to fall asleep and never wake up", "self_harm", "never wake up"),
]
LATE_UNSURE = [
    ("skin has turned a bit yellow since the drip", "other"),
    ("my left calf is bigger than my right", "swelling"),
    ("calf swollen for years after my dvt", "swelling"),
    ("my calf is so sore since the injection", "swelling"),
    ("temp is 38.3", "fever_infection"),
    ("everything is hazy in my left eye since the treatment under it", "vision_loss"),
    ("my headache goes when i lie down and is back as soon as i stand up", "headache_neck"),
    ("pee is dark since the drip", "other"),
    ("I don't see the point in anything anymore", "self_harm"),
    ("can't see any point in it all", "self_harm"),
]
LATE_BUT_GENERAL = [
    "I have huge bags under my eyes",
    "huge pores on my face",
    "hardly any movement in my shoulder",
    "my foot is numb in the bottom",
    "numb below the knee",
    "white patches on my skin after the treatment",
    "since the treatment I see fewer hot flashes",
    "had the injection in my right leg, is it hard to park?",
    "my baby is quiet, can I bring her",
    "will I fall asleep during the drip, and for how long",
    "Didn't some people in Nebraska end up in hospital with sepsis a few years ago?",
    "my calves get tight when i run, would exosomes help?",
    "is swelling of the calf common after knee injections?",
    "is one leg treated at a time?",
    "do exosomes help with floaters",
    "is dark urine a side effect of the treatment?",
    "how do exosomes affect the movements of a baby",
    "my bmi is 38.4",
    "are they kept at 38.2 degrees",
    "I don't see the point in paying for it",
    "no point in going on with this treatment if it does nothing",
    "eye cream makes my eye area look grey",
    "dark circles under my eyes, grey and dull",
    "skin looks pale and yellowish after winter",
    "bluish veins on my nose, can exosomes help",
    "is it normal that the skin looks blanched after the needle?",
]

MISTYPED = [
    ("cant breath", "breathing", "breath"),
    ("having brething problems right now", "breathing", "brething problems"),
    ("throught swelling", "allergic", "throught"),
    ("chest pian", "chest_pain", "pian"),
    ("chestpain", "chest_pain", "chestpain"),
    ("my dad had a siezure this morning", "seizure_syncope", "siezure"),
    ("I feel sucidal", "self_harm", "sucidal"),
]

# More of the many ways to say it.
ALSO_CLEAR = [
    "my knee has gone sceptic since the injection",
    "sceptic shock now",
    "my mum went blind after the injection",
    "he fits and shakes",
    "Hello, my son has been wheezing all night and can't get air into his lungs",
    "after taking the medicine my lips and tongue swelled up",
    "I noticed my mom's mouth is drooping and she talks funny",
    "Woke up with numbness in my right arm and leg",
    "have had crushing chest pain for an hour",
    "I'm feeling very dizzy and about to pass out after the IV",
    "my girlfriend took about 15 sleeping pills",
    "what happens if i take 40 tylenol",
    "there is blood when I cough",
    "my temperature has been 103 for two days after treatment",
    "there is swelling and pus at the needle site",
    "I feel like ending my life",
    "I dont see the point of living anymore",
    "dad is shaking and his eyes rolled back",
    "sudden blindness in left eye",
    "Been throwing up blood",
    "I have severe chest pressure and jaw pain",
    "my 2 year old swallowed a battery",
    "my throat is so swollen I can barely swallow",
    "Help my wife is unconscious",
    "heavy bleeding and I'm 20 weeks pregnant",
    "I feel confused and can't find my words since this morning",
    "red rash spreading from where they injected, with chills",
    "my heart stopped beating for a second and i collapsed",
    "neck stiffness, fever and bad headache",
    "I think I am dying, chest is so tight",
    "my husband just collapsed",
    "She can't talk and one side of her face dropped",
    "feels like something heavy on my chest",
    "my airway is closing",
    "tongue swelling help",
    "my eyes are swelling shut after exosome facial",
    "I'm having trouble swallowing and my throat is swelling",
    "hives everywhere and itching",
    "Broke out in hives 10 min after the IV",
    "i am shaking uncontrollably with fever after the shot",
    "104 fever",
    "my temp is 102.5 since the infusion",
    "injection site is red hot and spreading",
    "yellow pus from the injection spot",
    "there's a red line going up from the injection",
    "can't feel my left leg",
    "my legs went numb and I can't walk after spinal injection",
    "lost control of my bladder after the epidural exosome injection",
    "my vision went black in my right eye",
    "everything went blurry after eye injection",
    "I can't see out of my left eye after the injection",
    "bleeding won't stop from the site",
    "vomiting blood since last night",
    "nose bleeding for 2 hours won't stop",
    "I drank some bleach by accident",
    "my kid ate a bunch of my pills",
    "took double dose of warfarin",
    "I took a whole bottle of ibuprofen",
    "accidentally took 10 metformin",
    "thinking about killing myself",
    "life isnt worth living",
    "i dont wanna be here anymore",
    "nobody would miss me if i was gone",
    "I cut myself on purpose",
    "how many xanax would it take to die",
    "what is the easiest way to die",
    "I just want to go to sleep and never wake up",
    "I'm going to end my life tonight",
    "suicidal thoughts after treatment",
    "my heart is pounding and I feel like passing out",
    "heart beating so fast and can't breathe",
    "feel like I'm going to faint",
    "my mother is unresponsive after her IV",
    "he is not responding",
    "having a fit",
    "she is seizing",
    "sudden severe headache and vomiting",
    "worst headache ever",
    "headache, fever and stiff neck after injection in spine",
    "neck is stiff and i have fever",
    "severe abdominal pain and pregnant",
    "im 8 weeks pregnant and bleeding a lot",
    "baby is not moving",
    "my baby is not breathing",
    "chest hurts when i breathe",
    "pain in chest and left arm",
    "left arm pain and sweating",
    "sharp chest pains after iv exosomes",
    "tight chest & wheezing",
    "heavy chest and sweaty",
    "my throats swelling",
    "my wife is fitting",
    "i feel like i cant get enough air",
    "breathing is getting harder",
    "respiratory distress",
    "gasping for breath",
    "choking",
    "throat feels like its closing",
    "lips swollen after treatment",
    "swollen face",
    "my face is puffed up like a balloon",
    "anaphylaxis",
    "having severe allergic reaction",
    "I used my epipen",
    "blood in my vomit",
    "coughing blood",
    "blood clots coming out when i cough",
    "fell and hit my head, now dizzy",
    "confused and slurring",
    "my dad suddenly can't move his right arm",
    "facial droop",
    "stroke symptoms",
    "i think my wife is having stroke",
    "blacking out",
    "fainting",
    "keep fainting since the infusion",
    "passed out twice",
    "Sepsis?",
    "call 911",
    "I need an ambulance",
    "my skin is turning black around the injection",
    "my leg is swollen and painful and im short of breath",
    "my throat hurts and swelling neck",
    "not able to breath properly",
    "breathless",
    "I feel suffocated",
    "cnat breathe",
    "i cannot breath",
    "trubble breathing",
    "dificulty breathing",
    "chest pane",
    "hart attack",
    "i took to many pills",
    "want to kil myself",
    "fevr 103 and chils",
    "unconcious",
    "face is swoolen",
    "nummb left side",
    "slured speech",
]

# Disguised: what an attacker, a phone keyboard or a pasted text does to the words.
DISGUISED = [
    "I саn't brеаthе",
    "c\u200bh\u200be\u200bs\u200bt p\u200ba\u200bi\u200bn",
    "ｃｈｅｓｔ ｐａｉｎ",
    "c h e s t p a i n",
    "c.h.e.s.t p.a.i.n",
    "𝓬𝓱𝓮𝓼𝓽 𝓹𝓪𝓲𝓷",
    "c̶h̶e̶s̶t̶ p̶a̶i̶n̶",
    "\u202eI can't breathe",
    "CHEST PAIN!!!!",
    "chesssst paaaain",
    "chest-pain",
    "chest_pain",
    "/chest pain",
    "ch\u00adest pa\u00adin",
    "I can’t breathe",
    "i cantbreathe",
    "brea\u2060the... can not breathe",
    "I can't br3athe",
    "ѕеіzurе right now",
    "🆘chest🙂pain🙂",
    "😵 I can't breathe 😵",
]

# A red-flag word that is denied, past, supposed or mild: a person looks at it soon.
POSSIBLE = [
    ("no fever after the injection", "fever_infection"),
    ("I don't have chest pain", "chest_pain"),
    ("she has no trouble breathing", "breathing"),
    ("I never fainted", "seizure_syncope"),
    ("I had a stroke in 2015", "stroke_neuro"),
    ("had chest pain two years ago", "chest_pain"),
    ("my father had a heart attack last year", "chest_pain"),
    ("I have a history of seizures", "seizure_syncope"),
    ("I had an allergic reaction to penicillin as a child", "allergic"),
    ("what if I get chest pain after the treatment", "chest_pain"),
    ("what should I do if I can't breathe", "breathing"),
    ("I had seizures when I was a child", "seizure_syncope"),
    ("I can't breathe through my nose", "breathing"),
    ("out of breath when I climb the stairs", "breathing"),
    ("I have heart palpitations", "chest_pain"),
    ("my chest pain is gone", "chest_pain"),
    ("I overdosed on aspirin in March and survived", "overdose_poison"),
    ("I don't want to kill myself", "self_harm"),
    ("I hit my head on a shelf", "head_injury"),
    ("I sometimes have blackouts", "seizure_syncope"),
    ("my mother died of a stroke", "stroke_neuro"),
    ("I got electrocuted", "other"),
]

# General questions, and red-flag words that mean something else.
NOTHING = [
    "I'm a sceptic",
    "I am sceptic about all this",
    "is it one size fits all",
    "has anyone heard of people who went blind",
    "I take 40 mg tablets of a statin",
    "what is the dose of a 20 mg tablet",
    "can exosomes cause chest pain?",
    "what are the signs of an allergic reaction?",
    "is anaphylaxis a risk",
    "does it cause seizures",
    "treatments for stroke",
    "treatment for stroke patients",
    "can exosomes help stroke recovery",
    "are there reports of people having a stroke",
    "what is the risk of a heart attack",
    "could it lead to fainting",
    "side effects such as fever and chills",
    "how common is fever after the treatment",
    "do exosomes help with shortness of breath",
    "can stem cells treat vision loss",
    "what are symptoms of anaphylaxis",
    "what happens in a seizure",
    "is exosome therapy used for heart attack survivors",
    "do they help people with copd who have trouble breathing",
    "are exosomes stored at a low temperature",
    "how much does it cost",
    "is swelling a common side effect",
    "what is hyaluronic acid",
    "I drank coffee this morning",
    "my phone died",
    "I'm dying to know the price",
    "I took 20 minutes to read your page",
    "breathing exercises",
    "is it a double blind study",
    "I want to know the risk of anaphylaxis",
    "what exactly are exosomes",
    "hello",
    "",
    "🙂",
    "my car had a breakdown",
    "when is your closing time",
    "can you stop the subscription",
    "I want to end this chat",
    "how do I end the conversation",
    "the price is killing me",
    "does it hurt",
    "my knee hurts",
    "what is the treatment for high blood pressure",
    "should I worry about contamination",
    "what are the chances of an infection",
]

# Beside the lay words: the same words of a thing, a figure of speech, or an everyday matter.
EVERYDAY = [
    "my wife is fitting a new kitchen this week",
    "is the mask fitting well",
    "hes a good dad and its his birthday",
    "what if somebody stops responding to treatment",
    "does it help a droopy face after Bell's palsy",
    "your office is not responding to emails",
    "my boss isn't responding to emails",
    "i'm not responding to minoxidil",
    "her arthritis is not responding to the tablets",
    "the app stopped responding and won't wake up",
    "my laptop is choking on this file",
    "the printer is having a fit again",
    "can exosomes cause a stroke",
    "my houseplant has gone limp",
    "my hair goes limp in the heat",
    "she has blue eyes",
    "he is blue eyed like me",
    "Blue Cross insurance, is she covered",
    "I feel blue today",
    "is there air in the syringe",
    "no air bubbles in the syringe, right",
    "do I breathe through a mask during the session",
    "my belly is sucked in on the photo",
    "can exosomes make my lips bigger",
    "can exosomes help puffy eyes",
    "I have puffy eyes in the morning",
    "thick white coating on my tongue",
    "thick mucus in my throat",
    "the price blew up",
    "a rash of good reviews",
    "seat belt over my chest",
    "do you have a vice president",
    "I can't squeeze in an appointment",
    "heart of the city clinic",
    "my heart is set on it",
    "the room is very hot",
    "my knee is stiff and sore",
    "is the clinic on fire with bookings",
    "what is the yellow fluid in the vial",
    "what colour is the fluid in the syringe",
    "can exosomes grow hair on my scalp",
    "size of a tennis ball",
    "how big is the needle",
    "where do I park near the red line station",
    "my words came out before I could think",
    "I can't find the right words to thank you",
    "not making sense of your price list",
    "lost my train of thought",
    "arm went to sleep because I slept on it",
    "is one session enough to finish me off the list",
    "i could kill for a pizza right now",
    "how does chemotherapy kill cancer cells",
    "who jumped off the bridge in that film",
    "my phone died on the bridge",
    "golden gate bridge toll",
    "I am on the bridge in traffic and will be late",
    "the bridge of my nose is crooked",
    "the roof of my mouth itches",
    "how do i tie a rope to a tree for a swing",
    "what's a painless way to do my taxes",
    "is there a painless way to get the injection",
    "what is the best way to go from the airport",
    "goodbye everyone speech for my last day at the office",
    "would anyone miss me if i skipped the team lunch",
    "thanks, goodbye everyone",
    "he bought a glue gun",
    "massage gun after the session",
    "gun to my head, I'd choose prp",
    "I lined up for an hour",
    "should I bring my pills in their bottle",
    "can I take my tablets in the morning",
    "I drank the whole bottle of water",
    "he ate the whole box of chocolates",
    "it took the whole day",
    "my doctor doubled my dose",
    "I take my insulin twice a day",
    "I took my tablets three times a day",
    "do you take a lot of blood",
    "how much blood do you draw",
    "water is gushing from the ceiling",
    "rain pouring down outside",
    "your reviews are gushing",
    "38 weeks pregnant, blood pressure 128/82",
    "what are the statistics on suicide among farmers",
    "which drugs are most often involved in accidental overdoses",
    "I won't be here tomorrow, can we move the call",
    "I won't be around next week",
    "who feeds my dog when I am on holiday",
    "my neck is stiff at the desk",
    "the light hurts the plants",
    "my eye colour is black",
    "curtain over the window",
    "can I get the blinds down in the room",
    "I can't see the button on the page",
    "I can not see anything on your website",
    "I can't see us on the calendar",
    "half of everything on the menu is sold out",
    "what is narcan",
    "empty pill bottles recycling",
    "what does the oxygen tank cost",
    "60 minutes of hyperbaric oxygen",
    "pulse of 60",
    "my heart rate is 62",
    "my son is fitting a kitchen",
    "my dress fitting again",
    "he went down the stairs",
    "she fell off the bike last year",
    "he does not answer me on whatsapp",
    "he is not answering the phone",
    "does the drip go in the arm or the hand",
    "the wound dressing got soaked in the shower",
    "we loved you all, tell them I loved the service",
    "do you jump in front of the queue",
    "she is locked out of her account",
    "is it better without me in the room",
    "the team would be happier with a new printer",
    "I stopped existing appointments",
    "I'd cut my wrist band off",
    "can he drive home after the drip",
    "what happens if people stop breathing under sedation",
    "can someone go into shock",
    "is it possible to have foam rolling",
    "could a filler make somebody blind",
    "nobody put a gun to my head",
    "is a puffy face a side effect of exosomes",
    "do exosomes help people whose arm has gone dead",
    "what makes lips go blue",
    "my chest was squeezed into a tight dress for the wedding",
    "what happens if the wound weeps",
    "I swallowed my pride",
    "the reviews are all over the place",
    "can exosomes cause seizures or shaking all over",
    "how do paramedics rouse somebody",
    "what does slumped posture do",
    "my phone's screen has gone black",
    "I took 12 of the photos myself",
    "could it make my vision go dark",
]

# Beside the lay words: not surely an emergency, but a person should look.
UNSURE = [
    ("my arm has gone dead because I slept on it", "stroke_neuro"),
    ("I can't stand another day of this weather", "self_harm"),
    ("my arm went dead while I was lying on it", "stroke_neuro"),
    ("nobody needs me", "self_harm"),
    ("one pupil is bigger since childhood", "stroke_neuro"),
]


@pytest.mark.parametrize(("text", "category", "word"), [*CLEAR, *LAY_WORDS, *LATE, *MISTYPED])
def test_a_red_flag_is_clear(red_flags: RedFlags, text: str, category: str, word: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("clear", category)
    assert word in " ".join(result.because)


@pytest.mark.parametrize("text", ALSO_CLEAR)
def test_many_wordings_are_clear(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguised_red_flag_is_clear(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize(("text", "category"), [*POSSIBLE, *UNSURE, *LATE_UNSURE])
def test_a_denied_past_or_supposed_flag_is_never_silence(red_flags: RedFlags, text: str, category: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("possible", category)


@pytest.mark.parametrize("text", [*NOTHING, *EVERYDAY, *LATE_BUT_GENERAL])
def test_a_general_question_is_no_flag(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level is None


@pytest.mark.parametrize(
    "text",
    [
        "I have no fever but I can't breathe",
        "no fever and I can't breathe",
        "no fever, I can't breathe",
        "no hives and my throat is closing up, I can't breathe",
    ],
)
def test_the_worse_of_two_flags_counts(red_flags: RedFlags, text: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("clear", "breathing")


@pytest.mark.parametrize(
    "text", ["no fever and no chest pain", "I have no fever or chest pain", "no chills and chest pain"]
)
def test_a_denial_reaches_over_a_list(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "possible"


LETTER_CASES = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])
LOOKALIKES = str.maketrans("aeopcx", "аеорсх")
HIDDEN = st.sampled_from(["\u200b", "\u2060", "\u00ad", "\ufeff", "\u200d"])


@given(row=st.sampled_from(CLEAR), change_case=LETTER_CASES)
def test_case_never_hides_a_flag(red_flags: RedFlags, row: tuple[str, str, str], change_case: object) -> None:
    assert callable(change_case)
    assert red_flags.check(change_case(row[0])).level == "clear"


@given(row=st.sampled_from(CLEAR))
def test_lookalikes_never_hide_a_flag(red_flags: RedFlags, row: tuple[str, str, str]) -> None:
    assert red_flags.check(row[0].translate(LOOKALIKES)).level == "clear"


@given(row=st.sampled_from(CLEAR), hidden=HIDDEN, data=st.data())
def test_hidden_letters_never_hide_a_flag(
    red_flags: RedFlags, row: tuple[str, str, str], hidden: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(row[0])))
    assert red_flags.check(row[0][:place] + hidden + row[0][place:]).level == "clear"


@pytest.mark.parametrize("row", CLEAR, ids=lambda row: row[0][:40])
def test_no_swap_in_any_long_word_silences_a_flag(red_flags: RedFlags, row: tuple[str, str, str]) -> None:
    words = row[0].split()
    for place, word in enumerate(words):
        for letter in range(1, len(word) - 2) if len(word) > 6 and word.isalpha() else ():
            typed = [*words[:place], swapped(word, letter), *words[place + 1 :]]
            assert red_flags.check(" ".join(typed)).level is not None, typed


def swapped(word: str, place: int) -> str:
    """Swap the letter at a place with the next one."""
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@given(before=st.sampled_from(["hello, ", "hi doctor. ", "please help! ", "um… ", "so, "]), row=st.sampled_from(CLEAR))
def test_a_greeting_before_changes_nothing(red_flags: RedFlags, before: str, row: tuple[str, str, str]) -> None:
    assert red_flags.check(before + row[0]).level == "clear"


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_is_checked(red_flags: RedFlags, text: str) -> None:
    result = red_flags.check(text)
    assert (result.level is None) == (result.category is None)
    assert result.level is None or result.because


@pytest.mark.parametrize(
    "piece", ["a b ", "🙂", "chest pain ", "c h e s t ", "a.b.c.", "\u200b", "e\u0336", "(", "([)", "1.2-3 "]
)
def test_two_thousand_characters_of_anything_end_soon(red_flags: RedFlags, piece: str) -> None:
    began = time.process_time()
    red_flags.check((piece * 2000)[:2000])
    assert time.process_time() - began < 0.5


@settings(max_examples=10)
@given(
    st.lists(
        st.sampled_from(
            ["chest", "pain", "swelling", "face", "fever", "injection", "numb", "no", "my", "if", ".", "left", "side"]
        ),
        min_size=300,
        max_size=600,
    )
)
def test_a_hostile_pile_of_flags_stays_quick(red_flags: RedFlags, words: list[str]) -> None:
    assert red_flags.check(" ".join(words)).level in {"clear", "possible", None}
