"""Literal tables of clinical reference 5.2 to 5.4, copied once; the tests hold the catalogue and the rules to them."""

# One row of the reference stays one row, however long.
# ruff: noqa: E501

#: 5.3: code | flags at level 1 | 2 | 3.
LIBRARY = """
PR-01 | F_SUP F_ER F_FLOOR | F_SUP F_HF90 F_ER F_FLOOR | F_SUP F_HF90 F_ER F_FLOOR
PR-02 | F_SUP F_ADD F_FLOOR F_COMPGT | F_SUP F_HF90 F_ADD F_FLOOR F_COMPGT | F_SUP F_HF90 F_ADD F_IR F_FLOOR F_COMPGT
PR-03 | F_ER | F_ER F_HF90 | F_ER F_HF90 F_FLEX
PR-04 | F_ADD F_COMPGT | F_HF90 F_ADD F_COMPGT | F_HF90 F_ADD F_COMPGT
PR-05 | F_ADD F_IR F_COMPGT | F_ADD F_IR F_COMPGT | F_HF90 F_ADD F_IR F_COMPGT
PR-06 | F_SUP F_IR F_FLOOR | F_SUP F_IR F_FLOOR | F_SUP F_IR F_FLOOR
PR-07 | F_PRONE F_IR F_FLOOR | F_PRONE F_IR F_FLOOR | F_PRONE F_IR F_FLOOR
PR-08 | F_ER F_HF90 F_BAL | F_ER F_HF90 F_BAL | F_ER F_HF90 F_BAL F_FLEX
PR-09 | not offered | F_ER F_HF90 F_KTORQ F_FLOOR F_KNEEL | F_ER F_HF90 F_KTORQ F_FLOOR F_KNEEL F_FLEX F_HEXT
PR-10 | F_SUP F_ER F_FLOOR | F_SUP F_ER F_FLOOR | F_SUP F_ER F_FLOOR
PR-11 | F_IR F_ER F_KTORQ F_FLOOR | F_IR F_ER F_KTORQ F_FLOOR | F_IR F_ER F_KTORQ F_FLOOR F_HF90
PR-12 | F_SUP F_ER F_FLOOR | F_SUP F_ER F_FLOOR F_VALS | F_SUP F_ER F_FLOOR F_VALS
GL-01 | F_SUP F_HF90 F_FLOOR | F_SUP F_HF90 F_FLOOR F_FLEX | F_SUP F_HF90 F_FLOOR F_FLEX
GL-02 | F_SUP F_FLOOR | F_SUP F_FLOOR | F_SUP F_FLOOR F_HEXT F_VALS
GL-03 | F_FLOOR | F_FLOOR | F_FLOOR F_VALS
GL-04 | F_FLOOR | F_FLOOR | F_FLOOR
GL-05 | F_BAL | F_BAL | F_BAL
GL-06 | none | F_HF90 | F_HF90 F_VALS
HA-01 | F_SUP F_HAM F_FLOOR | F_SUP F_HAM F_FLOOR | F_SUP F_HAM F_FLOOR F_NT
HA-02 | F_SUP F_HAM F_FLOOR | F_SUP F_HAM F_FLOOR | F_SUP F_HAM F_FLOOR
HA-03 | F_HAM | F_HAM | F_HAM F_FLEX F_NT
HF-01 | not offered | F_HEXT F_KNEEL F_FLOOR F_BAL | F_HEXT F_KNEEL F_FLOOR F_BAL F_SB F_EXT
HF-02 | F_SUP F_HEXT | F_SUP F_HEXT | F_SUP F_HEXT
HF-03 | none | F_HEXT F_KTORQ | F_HEXT F_KTORQ
HF-04 | F_HEXT | F_HEXT F_BAL | F_HEXT F_BAL
LB-01 | none | F_SUP | F_SUP
LB-02 | none | F_KNEEL F_FLOOR | F_KNEEL F_FLOOR F_FLEX F_EXT
LB-03 | F_SUP F_FLEX F_HF90 F_FLOOR | F_SUP F_FLEX F_HF90 F_FLOOR | F_SUP F_FLEX F_HF90 F_FLOOR
LB-04 | F_PRONE F_EXT F_FLOOR | F_PRONE F_EXT F_FLOOR | F_PRONE F_EXT F_FLOOR
LB-05 | F_SUP F_ROT F_FLOOR | F_SUP F_ROT F_FLOOR | F_SUP F_ROT F_FLOOR
LB-06 | F_FLEX F_HF90 | F_FLEX F_HF90 F_KNEEL F_FLOOR F_INV | F_FLEX F_HF90 F_KNEEL F_FLOOR F_INV
LB-07 | F_KNEEL F_FLOOR F_BAL | F_KNEEL F_FLOOR F_BAL | F_KNEEL F_FLOOR F_BAL F_EXT
LB-08 | F_SUP F_FLOOR | F_SUP F_FLOOR | F_SUP F_FLOOR
NE-01 | F_NS | F_NS | F_NS
NE-02 | F_NS F_SUP F_FLOOR | F_NS F_SUP F_FLOOR F_HF90 | F_NS F_SUP F_FLOOR F_HF90
NE-03 | not offered | F_NT F_FLEX | not offered
SM-01 | F_SELFP | F_SELFP F_BAL | F_SELFP F_BAL
CA-01 | none | F_BAL | F_BAL
AD-01 | F_SUP F_ABD F_ER F_FLOOR | F_SUP F_ABD F_ER F_FLOOR | F_SUP F_ABD F_ER F_FLOOR
BR-01 | none | none | none
BR-02 | none | F_SUP F_FLOOR | not offered
BR-03 | none | none | none
"""

#: 5.3 and 5.4: code | name | start position | equipment | dose | steps of level 2 | level 1 | level 3 | feel and caution.
#: "As …" and "same" are written out; where 5.3 gives a dose in words it stands under the item's code; "–" is nothing.
WORDS = """
PR-01 | Lying figure-four | on back | B M | D_ST | Lie on your back, knees up. / Put the sore-side ankle on the other knee. / Hold behind the lower thigh. / Draw it gently toward you. / Breathe out and soften. | Keep the lower foot on the bed; just let the top knee drift out. | Draw in further, tail stays down; add 10 s. | Deep buttock. Not knee, not groin.
PR-02 | Knee to opposite shoulder | on back | B M | D_ST | On your back, lift the sore-side knee. / Hold knee with the opposite hand. / Guide it toward the opposite shoulder. / Keep the buttock on the bed. | Bend hip only to 60–70°, move across a little. | Other leg straight; add small turn-in of the shin. | Buttock. Stop if groin pinches.
PR-03 | Chair figure-four | sitting | C | D_ST | Sit tall, feet flat. / Ankle on the other knee. / Let the knee drop. / Tip forward from the hips, back long. | Slide the floor foot forward and put the ankle on the shin; no tipping. | Tip further; both hands rest ahead on a table. | Buttock; keep back long.
PR-04 | Chair knee hug across | sitting | C | D_ST | Sit tall. / Cross the sore leg over. / Hug that knee toward the other shoulder. / Turn chest slightly toward it. | Hold knee with one hand, no turn. | Sit on firm seat, hug closer. | Not for crossed-leg-sensitive hips.
PR-05 | Side-lying knee drop (FAIR stretch) | on good side | B | D_STG | Lie on the good side near the bed edge. / Bend the sore hip about 60°. / Let the knee sink across onto a pillow. / Foot rests behind the calf. | Two pillows; 10 s. | One thin pillow; hip to 90°. | Buttock; tingling = out at once.
PR-06 | Knees-in drop on back | on back, feet wide | B M | D_ST | On your back, feet wider than hips. / Let the sore-side knee fall inward. / Rest, then swap. | Tiny range, pillow between knees. | Other ankle rests on that thigh for light weight. | Deep side-buttock; knee must not hurt.
PR-07 | Face-down foot-out | face down, knee 90° | B M | D_STG | Face down, pillow under belly. / Bend the sore knee to 90°. / Let the foot fall outward. | Half range. | Light band pull on the foot. | Not with knee injury.
PR-08 | Tabletop figure-four | standing at bed/table | B | D_ST | Stand at a bed. / Rest the bent leg on it, shin across. / Hips square, lean in a little. | Lower surface, hold a chair. | Lean further, long back. | Buttock; no knee pain.
PR-09 | Half pigeon on bed edge / floor | hands and knee | B M | D_STG | On hands and knees. / Slide the sore-side shin forward, knee to side. / Slide the other leg back. / Sink to a pillow under the hip. | – | No pillow; shin closer to square. | Many people cannot do this; knees first.
PR-10 | Wall figure-four | on back, foot on wall | M W | D_ST | Lie near a wall, one foot on it, knee bent. / Ankle of sore leg on that knee. / Move closer only if easy. | Further from the wall. | Closer. | Good for tight arms.
PR-11 | Seated 90-90 switch | sitting on floor | M | D_MOB | Sit on floor, knees bent wide. / Let both knees roll right, then left. / Hands behind for support. | Sit on a cushion or a bed. | Hands off. | Slow; no knee pain.
PR-12 | Push-and-relax figure-four | on back | B M S | D_MET | Set up the lying figure-four (PR-01) at first pull. / Press the ankle into the hand at one-fifth effort 5–7 s, breathing. / Let go, breathe out, take up slack. / Repeat. | Press at a whisper. | 4 rounds, then hold 20 s. | Never hold breath.
GL-01 | One knee to chest | on back | B M | D_ST | On your back. / Bring one knee toward that armpit. / Other foot stays on bed. | Hold behind thigh, small range. | Other leg straight. | Buttock, low back.
GL-02 | Bridge | on back knees up | B M | D_STR | On your back, knees up. / Tuck tail a little. / Squeeze and lift hips to a straight line. / Lower slowly. | Squeeze only, no lift. | One foot lighter, or band at knees. | Do not arch.
GL-03 | Clamshell | side-lying | B M E | D_STR | On your side, knees bent, heels together. / Open the top knee without rolling back. | Small opening. | Band above knees. | Side of buttock.
GL-04 | Side leg lift (slightly back) | side-lying | B M | D_STR | On your side, top leg straight, slightly behind. / Lift a hand's height. | Bend both knees, lift top knee and foot level. | Hold 5 s at top. | Not on the sore tendon side on hard floor.
GL-05 | Band side step | standing | E | D_STR | Band above knees. / Small squat. / Ten steps each way. | No band, hold counter. | Band at ankles. | Knees over toes.
GL-06 | Hip hinge sit-to-stand | chair | C | D_STR | Sit near the front of a chair. / Lean from hips, back long. / Stand, squeeze seat. / Sit slowly. | Higher chair, use hands. | Hold a light weight. | Good for daily life.
HA-01 | Strap hamstring | on back | B M S | D_ST | On your back, strap round the foot. / Raise the leg until a mild pull. / Knee soft, ankle loose. | Knee bent 30°. | Knee straight; ankle still loose. | Back of thigh only. Tingling = bend knee and stop.
HA-02 | Doorway hamstring | on back in doorway | D M | D_ST | Lie in a doorway, one leg up the frame. / Slide hips closer until a mild pull. | Further from frame. | Closer. | Back of thigh only. Tingling = bend knee and stop.
HA-03 | Chair hamstring hinge | sitting edge | C | D_ST | Sit at edge, one leg straight, heel down. / Tip from hips, back long. | Foot on low stool, no tip. | Tip further. | No rounding of the back.
HF-01 | Half-kneel hip-front | half kneel | P C | D_ST | Half kneel, pad under knee. / Tuck the tail. / Shift forward a little. | – | Reach same-side arm up. | Front of hip; low back must not arch.
HF-02 | Edge-of-bed hip-front | on back at edge | B | D_STG | Lie at the edge, hug one knee. / Let the other thigh lower toward the floor. | Foot on a stool. | Let knee bend more. | Low back stays flat.
HF-03 | Side-lying heel to seat | side-lying | B S | D_ST | On your side. / Hold ankle or strap. / Bring heel toward seat, tuck tail. | Strap long. | Knee slightly behind. | Front of thigh.
HF-04 | Standing split stance tuck | standing | C W | D_ST | Stand, one foot back. / Tuck tail, squeeze that buttock. | Shorter step. | Longer step. | Hold a chair.
LB-01 | Pelvic tilt | on back or sitting | B C | D_ISO | Knees up. / Gently flatten low back. / Hold 5–10 s, breathing. | Sitting. | With one heel lifting. | Easy effort.
LB-02 | Cat and camel (small) | hands and knees | M | D_MOB | Hands and knees. / Round a little, then level out. | Over a table, standing. | Full easy range. | Skip hollow part if arching is banned.
LB-03 | Both knees to chest | on back | B M | D_STG | Bring one knee, then the other, to chest. / Hold. | One knee only, as in one knee to chest (GL-01). | Small rocks. | Not with thin bones or fresh disc.
LB-04 | Elbow prop / press-up | face down | B M | D_MOB | Lie face down. / Prop on elbows if easy. / Press up a little, hips heavy. | Lie flat, pillow under chest off. | Straight arms. | Keep only if leg pain moves up.
LB-05 | Knees side to side | on back | B M | D_MOB | Knees up together. / Rock side to side. | 10 cm only. | Knees to bed, shoulders down. | Not with thin bones or slips 3–5.
LB-06 | Supported child's pose | kneel over pillow | P M | D_STG | Kneel, pillow on thighs. / Fold over it. | Lean on a table from a chair. | No pillow. | Stop if buttock line tingles.
LB-07 | Bird-dog | hands and knees | M | D_ISO | Hands and knees, back level. / Slide one leg back. / Lift only if back stays level; opposite arm. | Leg slide only. | 10 s holds. | No arch.
LB-08 | Heel slide with brace (dead-bug start) | on back | B M | D_STR | Knees up, gentle brace. / Slide one heel away and back. | Small slide. | Lift foot, then arm too. | Belly does not dome.
NE-01 | Seated nerve slider | sitting tall | C | D_NEU | Sit tall, hands behind. / Straighten knee while looking up. / Bend knee while looking down. Smooth. | Foot stays on floor, slide it. | Add ankle bend up at the easy end. | No pain, no tingling that stays.
NE-02 | Lying nerve slider | on back, hip 90° | B M | D_NEU | On your back, hold behind thigh. / Straighten knee as the toes point away. / Bend as toes pull up. | Small range. | Bigger range. | No pain, no tingling that stays.
NE-03 | Slump tensioner | sitting | C | NE-03 | Therapist-led only; never home. | – | – | Stop at first tingling.
SM-01 | Ball on wall, buttock | standing at wall | L W | SM-01 | Ball between buttock and wall. / Lean until it is pleasant or delicious (C2–C3). / Wait 20 s, roll 2 cm. | Softer ball. | Sit on firmer ball (chair). | Off the sit bone and nerve line; electric = move.
CA-01 | Wall calf stretch | standing | W | D_ST | Hands on wall, step back. / Heel down, knee straight. | Short step. | Knee slightly bent version too. | Calf must not be swollen.
AD-01 | Lying butterfly | on back | B P | D_ST | On your back, soles together. / Knees fall on pillows. | High pillows. | Lower pillows. | Stop for pubic or SI pain.
BR-01 | Belly breathing 4-in 6-out | any ease position | – | D_BR | Hand on belly. / In 4, out 6. | In 3, out 4. | In 4, out 8 if easy. | Stop if dizzy.
BR-02 | Rest position (knees over chair) | on back, calves on chair | C | BR-02 | Calves on chair, hips 90°. / Rest and breathe. | Side-lying, pillow between knees. | – | Get up by rolling.
BR-03 | Sit-break walk | wherever you sit | – | BR-03 | Set a timer. / Stand, ten steps, five easy back-pocket squeezes. | Shift weight in chair. | 5-min walk. | Take wallet out of back pocket.
"""

#: 5.2: the bans of each row, "s" for the side concerned | highest level of every item in the order of 5.3, 0 to 3, worked
#: out by hand from the two tables. Rows that only point at another row or name stretches (C_FLARE) stand in the tests.
BANS = """
# A_SPL_HIGH / A_SPL_UNK / A_SPL_NEURO (cleared)
F_EXT F_HEXT F_FLEX F_ROT F_PRONE F_IMPACT F_NT | 332333022333123333232001032000023330333323
# A_INSUFF / A_FX (cleared)
F_FLEX F_ROT F_SB F_IMPACT | 332333322333133333332233332030033330333323
# A_CANCER_TX (cleared)
F_SELFP F_FLEX F_ROT F_EXT F_VALS F_IMPACT | 332333322331122332332233332000023330033323
# A_AAA_KNOWN (cleared)
F_VALS F_INV F_EXT | 333333333331322332333233332303123330333323
# A_FOOTDROP (cleared)
F_BAL F_NT; max level 2 | 222222202222222202222022122222202220112222
# A_CES_LATE (cleared) / C_CES_KNOWN / L_HERNIA / C_PREG1 (wk 1–13, prefer_not)
F_VALS | 333333333331322332333333333333333330333323
# A_DVT_TX (cleared)
F_HAM CA-01; max level 1 | 111111110111111111000011111111111110101111
# A_SPSURG (cleared) / A_POSTOP (cleared)
F_FLEX F_EXT F_ROT F_SB F_VALS F_IMPACT; max level 1 | 111111110111111111111011111000011110111111
# A_PLT (cleared) / C_BLEED
F_SELFP; max level 1 | 111111110111111111111011111111111110011111
# C_SPL_LOW
F_EXT F_HEXT F_IMPACT | 333333332333323333333001032303323330333323
# C_LYSIS / C_LYSIS_SUS
F_EXT F_ROT F_IMPACT | 333333333333333333333233332300323330333323
# C_DISC_AC
F_FLEX F_HAM F_NT F_VALS F_ROT | 332333322331122332000333332030033330333323
# C_DISC_SUB
F_FLEX@3 F_NT F_VALS | 332333322331222332232333332233233330333323
# C_DISC_CH
F_FLEX@3 | 332333322333233333332333332233233330333323
# C_STEN
F_EXT F_HEXT | 333333332333323333333001032303323330333323
# C_SIJ
F_ABD@23 F_ER@23 | 131333310111333333333333333333333330331323
# C_OSTEO
F_FLEX F_ROT F_SB F_IMPACT | 332333322333133333332233332030033330333323
# C_STEROID
F_FLEX@3 | 332333322333233333332333332233233330333323
# L_THR_POST
F_HF90:s F_ADD:s F_IR:s | 101000000303033331333333333033033310333323
# L_THR_ANT
F_HEXT:s F_ER:s | 030333300000323333333001033333333330330323
# C_THR_OLD
F_HF90+F_ADD+F_IR:s; F_HF90+F_ADD@23:s F_HF90+F_IR@23:s F_ADD+F_IR@23:s; F_HF90@3:s F_ADD@3:s F_IR@3:s | 212112222323233332333333333233233320333323
# C_HIPJOINT
F_IR@23 F_HF90+F_ADD@23 | 313111133313333333333333333333333330333323
# L_ON
F_IR@23 F_HF90@23 | 111111110313133331333333333133133310333323
# L_GTPS
F_ADD F_COMPGT | 303003333333333333333333333333333330333323
# L_HAM
F_HAM F_FLEX@23 | 332333322333133333000333332133133330333323
# L_CALF
CA-01:s | 333333333333333333333333333333333330303323
# L_BUTTIMP
F_SELFP | 333333333333333333333333333333333330033323
# C_PREG2, weeks 14–19
F_PRONE F_VALS F_INV F_ABD@23 | 333333033331322332333333333303133330331323
# C_PREG2, from week 20
F_SUP F_PRONE F_VALS F_INV F_ABD@23 | 003330033030002332003303313000130300330313
# C_PREG3 / C_PREG1 (maybe)
F_SUP F_PRONE F_VALS F_INV F_ABD@23 F_BAL F_FLOOR | 003330000000000002003003111000100300110313
# C_POSTPART
F_VALS F_EXT F_IMPACT | 333333333331322332333233332303323330333323
# C_ANTICOAG / C_MED_UNK
F_SELFP; max level 2 | 222222222222222222222222222222222220022222
# C_HTN / C_BRAINAN / C_AAA_REP
F_VALS F_INV | 333333333331322332333333333333133330333323
# C_HEART
F_VALS F_INV F_IMPACT | 333333333331322332333333333333133330333323
# C_STROKE_OLD
F_VALS F_INV F_BAL | 333333303331322302333033133333103330113323
# C_HF
F_VALS F_INV F_SUP | 003330333030002332003303313030130300330313
# C_FAINT
F_INV | 333333333333333333333333333333133330333323
# C_HYPERM
max level 1 | 111111110111111111111011111111111110111111
# C_TENDON
F_IMPACT; max level 1 | 111111110111111111111011111111111110111111
# C_FRAIL / C_NEURO
F_BAL F_FLOOR | 003330000000000003003033131000100300110313
# C_LOAD
F_IMPACT F_BAL | 333333303333333303333033133333303330113323
# C_NIGHT / C_MASK / C_REACT
max level 2, start at level 1 | 222222222222222222222222222222222220222222
# C_INFLAM with ankspond
F_FLEX@23 F_EXT@23 | 332333322333133333332233332113123330333323
# C_FUSION
F_FLEX@23 F_EXT@23 F_ROT@23 | 332333322333133333332233332111123330333323
# C_FUSION_MID
F_FLEX F_EXT F_ROT F_SB F_IMPACT | 332333322333133333332233332000023330333323
# C_WEIGHT floor
F_FLOOR | 003330030000000033003033331000100300330313
# C_WEIGHT on_back
F_SUP | 003330333030003333003303313030330300330313
# C_WEIGHT face_down
F_PRONE | 333333033333333333333333333303333330333323
"""
