"""What the picture of each stretch and level shows, in words that let a person do it without the picture.

The words name the sides through ``{side}`` (the side that is stretched or works) and ``{other}``. Every picture is
drawn for the right side: ``{side}`` is "right" for it, and its mirror image is the left. A text without ``{side}``
belongs to a picture that is the same for both sides.

The steps are those of clinical reference 5.4; the sentences are our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

#: Drawings twice as wide as high, and drawings higher than wide; the others are four to three.
WIDE = frozenset(
    {
        "br-01-2",
        "br-02-1",
        "gl-01-2",
        "gl-01-3",
        "gl-02-1",
        "gl-02-2",
        "gl-02-3",
        "gl-03-1",
        "gl-03-2",
        "gl-03-3",
        "gl-04-1",
        "gl-04-2",
        "lb-01-2",
        "lb-01-3",
        "lb-04-1",
        "lb-04-2",
        "lb-04-3",
        "lb-06-2",
        "lb-06-3",
        "lb-07-1",
        "lb-07-2",
        "lb-08-1",
        "lb-08-2",
        "lb-08-3",
        "pr-02-3",
        "pr-05-1",
        "pr-05-2",
        "pr-05-3",
    }
)
TALL = frozenset(
    {
        "br-03-1",
        "br-03-2",
        "br-03-3",
        "ca-01-1",
        "ca-01-2",
        "ca-01-3",
        "gl-05-1",
        "gl-05-2",
        "gl-05-3",
        "gl-06-1",
        "gl-06-2",
        "gl-06-3",
        "hf-01-3",
        "lb-01-1",
        "lb-02-1",
        "ne-01-1",
        "ne-01-2",
        "ne-01-3",
        "pr-03-1",
        "pr-03-2",
        "pr-04-1",
        "pr-04-2",
        "pr-04-3",
        "pr-06-1",
        "pr-06-2",
        "pr-06-3",
        "pr-07-1",
        "pr-07-2",
        "pr-07-3",
        "pr-08-1",
        "pr-08-2",
        "pr-08-3",
        "pr-11-1",
        "pr-11-2",
        "pr-11-3",
        "sm-01-1",
        "sm-01-2",
        "sm-01-3",
    }
)
#: Drawings whose body faces the reader, so that its right side is on the left; mirrored they still do.
FACING = frozenset(
    {
        "ad-01-1",
        "ad-01-2",
        "ad-01-3",
        "br-03-1",
        "gl-05-2",
        "gl-05-3",
        "lb-05-1",
        "lb-05-2",
        "lb-05-3",
        "pr-01-1",
        "pr-03-3",
        "pr-04-1",
        "pr-04-2",
        "pr-04-3",
        "pr-06-1",
        "pr-06-2",
        "pr-06-3",
        "pr-08-1",
        "pr-08-2",
        "pr-08-3",
        "pr-09-2",
        "pr-09-3",
        "pr-11-1",
        "pr-11-2",
        "pr-11-3",
    }
)


@dataclass(frozen=True)
class Shown:
    """One picture: its drawing, whether it is a start and an end, and its words."""

    drawing: str
    text: str
    moves: bool = False

    @property
    def sided(self) -> bool:
        """Whether left and right differ."""
        return "{side}" in self.text

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing, for the place that a page keeps free."""
        return (320, 160) if self.drawing in WIDE else (240, 320) if self.drawing in TALL else (320, 240)

    @property
    def facing(self) -> bool:
        """Whether the right side of the body is on the left of the drawing."""
        return self.drawing in FACING

    @property
    def files(self) -> tuple[str, ...]:
        """Where the drawing is among the static files: one, or start and end."""
        ends = ("-a", "-b") if self.moves else ("",)
        return tuple(f"sessions/stretches/{self.drawing}{end}.svg" for end in ends)


#: By the code of the stretch: its levels.
SHOWN: dict[str, dict[int, Shown]] = {
    "PR-01": {
        1: Shown(
            "pr-01-1",
            _(
                "Lie on your back with your knees up. Put your {side} ankle on your {other} knee. Your {other} foot "
                "stays flat on the bed or mat, your arms rest beside you. Just let your {side} knee drift outward."
            ),
        ),
        2: Shown(
            "pr-01-2",
            _(
                "Lie on your back. Your {side} ankle lies on your {other} knee, the {side} knee points outward. "
                "Both hands hold behind your {other} thigh; your {side} arm goes through between your legs. Draw "
                "the {other} thigh gently toward your chest."
            ),
        ),
        3: Shown(
            "pr-01-3",
            _(
                "Lie on your back. Your {side} ankle lies on your {other} knee, both hands hold behind your {other} "
                "thigh. Draw the thigh further in toward your chest, and keep your tailbone down."
            ),
        ),
    },
    "PR-02": {
        1: Shown(
            "pr-02-1",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Lift your {side} knee, but not all the "
                "way up: it stays short of pointing straight at the ceiling. Hold the {side} thigh near the knee "
                "with your {other} hand and move it a little across, toward your {other} shoulder. Your {side} arm "
                "rests beside you."
            ),
        ),
        2: Shown(
            "pr-02-2",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Lift your {side} knee, hold it with your "
                "{other} hand and guide it across your body toward your {other} shoulder. Your {side} buttock stays "
                "on the bed or mat, your {side} arm rests beside you."
            ),
        ),
        3: Shown(
            "pr-02-3",
            _(
                "Lie on your back with your {other} leg straight. Lift your {side} knee, hold it with your {other} "
                "hand and guide it across toward your {other} shoulder. Add a small turn of the {side} shin: the "
                "foot moves a little outward. Your buttock stays down."
            ),
        ),
    },
    "PR-03": {
        1: Shown(
            "pr-03-1",
            _(
                "Sit tall on a chair. Slide your {other} foot forward on the floor and put your {side} ankle on "
                "your {other} shin. Your hands rest on your thighs. Let the {side} knee drop; do not tip forward."
            ),
        ),
        2: Shown(
            "pr-03-2",
            _(
                "Sit tall on a chair, your {other} foot flat on the floor. Put your {side} ankle on your {other} "
                "knee and let the {side} knee drop outward. Your hands rest on the crossed leg. Tip forward from "
                "the hips with a long back."
            ),
        ),
        3: Shown(
            "pr-03-3",
            _(
                "Sit on a chair with a table in front of you. Your {side} ankle lies on your {other} knee. Tip "
                "further forward from the hips with a long back, and rest both hands ahead of you on the table."
            ),
        ),
    },
    "PR-04": {
        1: Shown(
            "pr-04-1",
            _(
                "Sit tall on a chair. Cross your {side} leg over your {other} leg. Hold the {side} knee with your "
                "{other} hand and draw it a little toward your {other} shoulder. Do not turn your chest."
            ),
        ),
        2: Shown(
            "pr-04-2",
            _(
                "Sit tall on a chair. Cross your {side} leg over your {other} leg. Hug the {side} knee with both "
                "hands and draw it toward your {other} shoulder. Turn your chest slightly toward that knee."
            ),
        ),
        3: Shown(
            "pr-04-3",
            _(
                "Sit tall on a firm seat. Cross your {side} leg over your {other} leg. Hug the {side} knee closer "
                "with both hands, toward your {other} shoulder, your chest turned slightly toward that knee."
            ),
        ),
    },
    "PR-05": {
        1: Shown(
            "pr-05-1",
            _(
                "Lie on your {other} side near the edge of the bed, a pillow under your head, your {other} leg "
                "straight, your {side} hand on the bed in front of you. Bend your {side} hip about 60 degrees and "
                "let the {side} knee sink across, in front of you, onto two pillows. Your {side} foot rests behind "
                "your {other} calf."
            ),
        ),
        2: Shown(
            "pr-05-2",
            _(
                "Lie on your {other} side near the edge of the bed, a pillow under your head, your {other} leg "
                "straight, your {side} hand on the bed in front of you. Bend your {side} hip about 60 degrees and "
                "let the {side} knee sink across, in front of you, onto one pillow. Your {side} foot rests behind "
                "your {other} calf."
            ),
        ),
        3: Shown(
            "pr-05-3",
            _(
                "Lie on your {other} side near the edge of the bed, a pillow under your head, your {other} leg "
                "straight, your {side} hand on the bed in front of you. Bend your {side} hip to 90 degrees and let "
                "the {side} knee sink across, in front of you, onto one thin pillow. Your {side} foot rests at your "
                "{other} leg."
            ),
        ),
    },
    "PR-06": {
        1: Shown(
            "pr-06-1",
            _(
                "Lie on your back, both knees up, your feet wider apart than your hips, a pillow between your "
                "knees. Let your {side} knee fall inward a tiny way, toward the pillow. The foot stays where it is."
            ),
        ),
        2: Shown(
            "pr-06-2",
            _(
                "Lie on your back, both knees up, your feet wider apart than your hips. Let your {side} knee fall "
                "inward. The foot stays where it is, your {other} knee stays up, your arms rest beside you."
            ),
        ),
        3: Shown(
            "pr-06-3",
            _(
                "Lie on your back, your feet wider apart than your hips, and let your {side} knee fall inward. Rest "
                "your {other} ankle on your {side} thigh, above the knee, for a light weight."
            ),
        ),
    },
    "PR-07": {
        1: Shown(
            "pr-07-1",
            _(
                "Lie face down, a pillow under your belly. Your head is turned to one side, your arms lie beside it. "
                "Bend your {side} knee to 90 degrees. Let the {side} foot fall outward, away from the {other} leg, "
                "half of the way."
            ),
        ),
        2: Shown(
            "pr-07-2",
            _(
                "Lie face down, a pillow under your belly. Your head is turned to one side, your arms lie beside it. "
                "Bend your {side} knee to 90 degrees. Let the {side} foot fall outward, away from the {other} leg. "
                "The {side} thigh stays where it is."
            ),
        ),
        3: Shown(
            "pr-07-3",
            _(
                "Lie face down, a pillow under your belly, your head turned to one side, your arms beside it. Your "
                "{side} knee is bent to 90 degrees. A light band around the {side} foot, tied to something firm at "
                "your {side}, pulls it gently outward, away from the {other} leg."
            ),
        ),
    },
    "PR-08": {
        1: Shown(
            "pr-08-1",
            _(
                "Stand on your {other} leg in front of something lower than a bed, and hold the back of a chair "
                "with your {other} hand. Rest your bent {side} leg on the surface in front of you, the shin across, "
                "the foot toward your {other} side. Your hips stay square; do not lean."
            ),
        ),
        2: Shown(
            "pr-08-2",
            _(
                "Stand on your {other} leg in front of a bed or table. Rest your bent {side} leg on it, the shin "
                "across, the foot toward your {other} side. Your hands rest on the bed. Keep your hips square and "
                "lean in a little."
            ),
        ),
        3: Shown(
            "pr-08-3",
            _(
                "Stand on your {other} leg in front of a bed or table, your bent {side} leg resting on it, the shin "
                "across, the foot toward your {other} side. With your hands on the bed lean further forward, your "
                "back long."
            ),
        ),
    },
    "PR-09": {
        2: Shown(
            "pr-09-2",
            _(
                "Start on hands and knees. Slide your {side} shin forward, the knee to the {side} and the foot "
                "toward the {other} side. Slide your {other} leg straight back. Lean on both hands in front of you "
                "and sink until a pillow under your {side} hip carries you."
            ),
        ),
        3: Shown(
            "pr-09-3",
            _(
                "Start on hands and knees. Slide your {side} shin forward, closer to square across in front of you, "
                "the knee to the {side}. Slide your {other} leg straight back. Lean on both hands in front of you "
                "and sink down, with no pillow."
            ),
        ),
    },
    "PR-10": {
        1: Shown(
            "pr-10-1",
            _(
                "Lie on your back with some room to a wall and put your {other} foot on it, the knee bent less than "
                "90 degrees. Your {side} ankle lies on your {other} knee, the {side} knee points outward. Your arms "
                "rest beside you."
            ),
        ),
        2: Shown(
            "pr-10-2",
            _(
                "Lie on your back near a wall and put your {other} foot on it, the knee bent. Your {side} ankle "
                "lies on your {other} knee, the {side} knee points outward. Your arms rest beside you. Move closer "
                "to the wall only if it is easy."
            ),
        ),
        3: Shown(
            "pr-10-3",
            _(
                "Lie on your back closer to the wall, your {other} foot on it, the knee bent more than 90 degrees. "
                "Your {side} ankle lies on your {other} knee, the {side} knee points outward. Your arms rest beside "
                "you."
            ),
        ),
    },
    "PR-11": {
        1: Shown(
            "pr-11-1",
            _(
                "Sit on a cushion on the floor, your knees bent and wide, your hands on the floor behind you. Let "
                "both knees roll to the right, then to the left. Your feet stay where they are."
            ),
            moves=True,
        ),
        2: Shown(
            "pr-11-2",
            _(
                "Sit on the floor, your knees bent and wide, your hands on the floor behind you. Let both knees "
                "roll to the right, then to the left. Your feet stay where they are."
            ),
            moves=True,
        ),
        3: Shown(
            "pr-11-3",
            _(
                "Sit on the floor, your knees bent and wide, your hands off the floor, together at your "
                "chest. Let both knees roll to the right, then to the left. Your feet stay where they are."
            ),
            moves=True,
        ),
    },
    "PR-12": {
        1: Shown(
            "pr-12-2",
            _(
                "Lie on your back, your {side} ankle on your {other} knee, your {side} hand behind your {other} "
                "thigh. Press the {side} ankle into your {other} hand for 5 to 7 seconds, only at a whisper, and "
                "keep breathing. Then let go, breathe out and draw the {other} thigh a little closer. Repeat."
            ),
            moves=True,
        ),
        2: Shown(
            "pr-12-2",
            _(
                "Lie on your back, your {side} ankle on your {other} knee, your {side} hand behind your {other} "
                "thigh. Press the {side} ankle into your {other} hand for 5 to 7 seconds at one fifth of your "
                "strength, and keep breathing. Then let go, breathe out and draw the {other} thigh a little closer. "
                "Repeat."
            ),
            moves=True,
        ),
        3: Shown(
            "pr-12-2",
            _(
                "Lie on your back, your {side} ankle on your {other} knee, your {side} hand behind your {other} "
                "thigh. Press the {side} ankle into your {other} hand for 5 to 7 seconds at one fifth of your "
                "strength, and keep breathing. Then let go, breathe out and draw the {other} thigh a little closer. "
                "Repeat; after the fourth round hold it there for 20 seconds."
            ),
            moves=True,
        ),
    },
    "GL-01": {
        1: Shown(
            "gl-01-1",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Hold behind your {side} thigh with both "
                "hands and bring the {side} knee a small way toward your chest."
            ),
        ),
        2: Shown(
            "gl-01-2",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Hold your {side} shin below the knee "
                "with both hands and bring the {side} knee toward your {side} armpit."
            ),
        ),
        3: Shown(
            "gl-01-3",
            _(
                "Lie on your back with your {other} leg straight. Hold your {side} shin below the knee with both "
                "hands and bring the {side} knee toward your {side} armpit."
            ),
        ),
    },
    "GL-02": {
        1: Shown(
            "gl-02-1",
            _(
                "Lie on your back, your knees up, your feet flat, your arms beside you. Squeeze your buttocks. Your "
                "hips stay down."
            ),
        ),
        2: Shown(
            "gl-02-2",
            _(
                "Lie on your back, your knees up, your feet flat, your arms beside you. Tuck your tail a little, "
                "squeeze your buttocks and lift your hips until shoulders, hips and knees make a straight line. "
                "Lower slowly."
            ),
            moves=True,
        ),
        3: Shown(
            "gl-02-3",
            _(
                "Lie on your back, your knees up, your feet flat, a band around your thighs at the knees. Tuck your "
                "tail a little, squeeze your buttocks and lift your hips until shoulders, hips and knees make a "
                "straight line. Lower slowly."
            ),
            moves=True,
        ),
    },
    "GL-03": {
        1: Shown(
            "gl-03-1",
            _(
                "Lie on your {other} side, a pillow under your head, your knees bent, your heels together, your "
                "{side} hand on the bed or mat in front of you. Open the upper, {side} knee a small way. Your heels "
                "stay together and you do not roll back."
            ),
            moves=True,
        ),
        2: Shown(
            "gl-03-2",
            _(
                "Lie on your {other} side, a pillow under your head, your knees bent, your heels together, your "
                "{side} hand on the bed or mat in front of you. Open the upper, {side} knee like a shell. Your heels "
                "stay together and you do not roll back."
            ),
            moves=True,
        ),
        3: Shown(
            "gl-03-3",
            _(
                "Lie on your {other} side, your knees bent, your heels together, a band around your thighs above the "
                "knees, your {side} hand on the bed or mat in front of you. Open the upper, {side} knee against the "
                "band. Your heels stay together and you do not roll back."
            ),
            moves=True,
        ),
    },
    "GL-04": {
        1: Shown(
            "gl-04-1",
            _(
                "Lie on your {other} side, a pillow under your head, both knees bent, your {side} hand on the bed or "
                "mat in front of you. Lift the upper, {side} leg as it is, knee and foot at the same height. Lower "
                "it slowly."
            ),
            moves=True,
        ),
        2: Shown(
            "gl-04-2",
            _(
                "Lie on your {other} side, a pillow under your head, the lower knee a little bent, your {side} hand "
                "on the bed or mat in front of you. Your upper, {side} leg is straight and slightly behind you. Lift "
                "it by the height of a hand. Lower it slowly."
            ),
            moves=True,
        ),
        3: Shown(
            "gl-04-2",
            _(
                "Lie on your {other} side, a pillow under your head, the lower knee a little bent, your {side} hand "
                "on the bed or mat in front of you. Your upper, {side} leg is straight and slightly behind you. Lift "
                "it by the height of a hand and hold it there for 5 seconds. Lower it slowly."
            ),
            moves=True,
        ),
    },
    "GL-05": {
        1: Shown(
            "gl-05-1",
            _(
                "Stand facing a counter and hold it with both hands, in a small squat, knees over your toes. Step "
                "to the side with one foot, let the other follow. Ten steps one way, then ten back."
            ),
            moves=True,
        ),
        2: Shown(
            "gl-05-2",
            _(
                "Stand in a small squat, a band around your thighs above the knees, knees over your toes, your hands "
                "together at your chest. Step to the side with one foot, let the other follow. Ten steps one way, "
                "then ten back."
            ),
            moves=True,
        ),
        3: Shown(
            "gl-05-3",
            _(
                "Stand in a small squat, a band around your ankles, knees over your toes, your hands together at "
                "your chest. Step to the side with one foot, let the other follow. Ten steps one way, then ten back."
            ),
            moves=True,
        ),
    },
    "GL-06": {
        1: Shown(
            "gl-06-1",
            _(
                "Sit near the front of a higher chair, feet flat, your hands on the seat. Lean forward from the "
                "hips with a long back, push with your hands and stand up. Squeeze your buttocks, then sit down "
                "slowly."
            ),
            moves=True,
        ),
        2: Shown(
            "gl-06-2",
            _(
                "Sit near the front of a chair, feet flat. Lean forward from the hips with a long back and stand "
                "up. Squeeze your buttocks, then sit down slowly."
            ),
            moves=True,
        ),
        3: Shown(
            "gl-06-3",
            _(
                "Sit near the front of a chair, feet flat, and hold a light weight at your chest with both hands. "
                "Lean forward from the hips with a long back and stand up. Squeeze your buttocks, then sit down "
                "slowly."
            ),
            moves=True,
        ),
    },
    "HA-01": {
        1: Shown(
            "ha-01-1",
            _(
                "Lie on your back, your {other} leg long. A strap goes round your {side} foot, one end in each "
                "hand. Raise the {side} leg until you feel a mild pull; keep its knee bent by about 30 degrees and "
                "the ankle loose."
            ),
        ),
        2: Shown(
            "ha-01-2",
            _(
                "Lie on your back, your {other} leg long. A strap goes round your {side} foot, one end in each "
                "hand. Raise the {side} leg until you feel a mild pull; its knee stays soft and the ankle loose."
            ),
        ),
        3: Shown(
            "ha-01-3",
            _(
                "Lie on your back, your {other} leg long. A strap goes round your {side} foot, one end in each "
                "hand. Raise the {side} leg with a straight knee until you feel a mild pull; the ankle stays loose."
            ),
        ),
    },
    "HA-02": {
        1: Shown(
            "ha-02-1",
            _(
                "Lie on your back in a doorway, your hips well away from the frame. Rest your {side} heel up on the "
                "frame; your {other} leg lies long through the door. Your arms rest beside you."
            ),
        ),
        2: Shown(
            "ha-02-2",
            _(
                "Lie on your back in a doorway. Your {side} leg goes up the frame, the heel resting on it; your "
                "{other} leg lies long through the door. Your arms rest beside you. Slide your hips closer until "
                "you feel a mild pull."
            ),
        ),
        3: Shown(
            "ha-02-3",
            _(
                "Lie on your back in a doorway, your hips closer to the frame. Your {side} leg goes nearly straight "
                "up the frame; your {other} leg lies long through the door. Your arms rest beside you."
            ),
        ),
    },
    "HA-03": {
        1: Shown(
            "ha-03-1",
            _(
                "Sit tall at the edge of a chair, your {other} foot flat. Rest your {side} heel on a low stool, the "
                "leg straight. Your hands rest on your thighs. Do not tip forward."
            ),
        ),
        2: Shown(
            "ha-03-2",
            _(
                "Sit at the edge of a chair, your {other} foot flat. Your {side} leg is straight, its heel on the "
                "floor. Your hands rest on your thighs. Tip forward from the hips with a long back."
            ),
        ),
        3: Shown(
            "ha-03-3",
            _(
                "Sit at the edge of a chair, your {other} foot flat. Your {side} leg is straight, its heel on the "
                "floor. Your hands rest on your thighs. Tip further forward from the hips, your back still long."
            ),
        ),
    },
    "HF-01": {
        2: Shown(
            "hf-01-2",
            _(
                "Kneel on your {side} knee, a pad under it; your {other} foot stands in front of you. One hand "
                "rests on the front thigh, the other on your hip. Tuck your tail and shift your hips forward a "
                "little."
            ),
        ),
        3: Shown(
            "hf-01-3",
            _(
                "Kneel on your {side} knee, a pad under it; your {other} foot stands in front of you, your {other} "
                "hand rests on that thigh. Tuck your tail, shift your hips forward a little and reach your {side} "
                "arm up."
            ),
        ),
    },
    "HF-02": {
        1: Shown(
            "hf-02-1",
            _(
                "Lie on your back at the foot end of the bed. Hug your {other} knee with both hands. Let your "
                "{side} thigh lower over the edge until the foot rests on a stool. Your low back stays flat."
            ),
        ),
        2: Shown(
            "hf-02-2",
            _(
                "Lie on your back at the foot end of the bed. Hug your {other} knee with both hands. Let your "
                "{side} thigh lower over the edge toward the floor. Your low back stays flat."
            ),
        ),
        3: Shown(
            "hf-02-3",
            _(
                "Lie on your back at the foot end of the bed. Hug your {other} knee with both hands. Let your "
                "{side} thigh lower over the edge toward the floor and let its knee bend more. Your low back stays "
                "flat."
            ),
        ),
    },
    "HF-03": {
        1: Shown(
            "hf-03-1",
            _(
                "Lie on your {other} side, the lower knee bent. A long strap goes from your {side} hand to your "
                "{side} ankle behind you. Bring the heel a little toward your seat and tuck your tail."
            ),
        ),
        2: Shown(
            "hf-03-2",
            _(
                "Lie on your {other} side, the lower knee bent. Hold your {side} ankle behind you with your {side} "
                "hand. Bring the heel toward your seat and tuck your tail."
            ),
        ),
        3: Shown(
            "hf-03-3",
            _(
                "Lie on your {other} side, the lower knee bent. Hold your {side} ankle behind you with your {side} "
                "hand. Bring the heel toward your seat, the {side} knee slightly behind you, and tuck your tail."
            ),
        ),
    },
    "HF-04": {
        1: Shown(
            "hf-04-1",
            _(
                "Stand and hold the back of a chair in front of you. Put your {side} foot back by a short step, the "
                "{other} foot stays in front. Tuck your tail and squeeze your {side} buttock."
            ),
        ),
        2: Shown(
            "hf-04-2",
            _(
                "Stand and hold the back of a chair in front of you. Put your {side} foot back. Tuck your tail and "
                "squeeze your {side} buttock."
            ),
        ),
        3: Shown(
            "hf-04-3",
            _(
                "Stand and hold the back of a chair in front of you. Put your {side} foot back by a longer step. "
                "Tuck your tail and squeeze your {side} buttock."
            ),
        ),
    },
    "LB-01": {
        1: Shown(
            "lb-01-1",
            _(
                "Sit on a chair, your feet flat, your hands on your thighs. Gently flatten your low back: draw your "
                "belly in and tuck your tail. Hold for 5 to 10 seconds and keep breathing."
            ),
        ),
        2: Shown(
            "lb-01-2",
            _(
                "Lie on your back, your knees up, your feet flat, your arms beside you. Gently flatten your low back "
                "into the bed or mat, hold for 5 to 10 seconds and keep breathing."
            ),
        ),
        3: Shown(
            "lb-01-3",
            _(
                "Lie on your back, your knees up, your feet flat, your arms beside you. Gently flatten your low back "
                "and lift one heel, the toes stay down. Hold for 5 to 10 seconds and keep breathing."
            ),
        ),
    },
    "LB-02": {
        1: Shown(
            "lb-02-1",
            _(
                "Stand bent over a table with your hands and forearms resting on it. Round your back a little and "
                "let your head sink, then make your back level again."
            ),
            moves=True,
        ),
        2: Shown(
            "lb-02-2",
            _(
                "Kneel on hands and knees, hands under your shoulders, knees under your hips. Round your back a "
                "little and let your head sink, then make your back level again."
            ),
            moves=True,
        ),
        3: Shown(
            "lb-02-3",
            _(
                "Kneel on hands and knees, hands under your shoulders, knees under your hips. Round your back as "
                "far as it is easy and let your head sink, then come back to level, as far as it is easy."
            ),
            moves=True,
        ),
    },
    "LB-03": {
        1: Shown(
            "gl-01-2",
            _(
                "Lie on your back, one knee up and its foot flat. Hold the other shin below the knee with both "
                "hands and bring that knee toward your chest. One knee only."
            ),
        ),
        2: Shown(
            "lb-03-2",
            _(
                "Lie on your back. Bring one knee to your chest, then the other, and hold both shins below the knees "
                "with your hands."
            ),
        ),
        3: Shown(
            "lb-03-3",
            _(
                "Lie on your back. Bring one knee to your chest, then the other, hold both shins below the knees "
                "with your hands and make small rocks back and forth."
            ),
        ),
    },
    "LB-04": {
        1: Shown(
            "lb-04-1",
            _("Lie flat face down, your forehead on your hands, no pillow under your chest."),
        ),
        2: Shown(
            "lb-04-2",
            _(
                "Lie face down and prop yourself on your elbows if that is easy. Then press your chest up a little "
                "with your hands. Your hips stay heavy on the bed or mat."
            ),
            moves=True,
        ),
        3: Shown(
            "lb-04-3",
            _(
                "Lie face down, propped on your elbows. Then press your chest up until your arms are straight. Your "
                "hips stay heavy on the bed or mat."
            ),
            moves=True,
        ),
    },
    "LB-05": {
        1: Shown(
            "lb-05-1",
            _(
                "Lie on your back, your knees up and together, your feet flat, your arms out to the sides. Rock "
                "your knees only 10 centimetres to one side, then to the other."
            ),
            moves=True,
        ),
        2: Shown(
            "lb-05-2",
            _(
                "Lie on your back, your knees up and together, your feet flat, your arms out to the sides. Rock "
                "your knees to one side, then to the other."
            ),
            moves=True,
        ),
        3: Shown(
            "lb-05-3",
            _(
                "Lie on your back, your knees up and together, your feet flat, your arms out to the sides. Let your "
                "knees sink to the bed on one side, then on the other. Your shoulders stay down."
            ),
            moves=True,
        ),
    },
    "LB-06": {
        1: Shown(
            "lb-06-1",
            _(
                "Sit on a chair at a table, your feet flat. Lean forward and rest your folded arms and your head on "
                "the table."
            ),
        ),
        2: Shown(
            "lb-06-2",
            _(
                "Kneel and sit back toward your heels, a pillow on your thighs. Fold forward over the pillow, your "
                "arms long in front of you."
            ),
        ),
        3: Shown(
            "lb-06-3",
            _(
                "Kneel and sit back toward your heels. Fold forward over your thighs with no pillow, your head "
                "down, your arms long in front of you."
            ),
        ),
    },
    "LB-07": {
        1: Shown(
            "lb-07-1",
            _(
                "Kneel on hands and knees, your back level. Slide your {side} leg straight back along the floor, "
                "toes down. Your hands and your {other} knee stay where they are."
            ),
        ),
        2: Shown(
            "lb-07-2",
            _(
                "Kneel on hands and knees, your back level. Slide your {side} leg straight back. Only if your back "
                "stays level, lift it to the height of your hips and reach your {other} arm straight ahead."
            ),
            moves=True,
        ),
        3: Shown(
            "lb-07-2",
            _(
                "Kneel on hands and knees, your back level. Slide your {side} leg straight back, lift it to the "
                "height of your hips and reach your {other} arm straight ahead. Hold for 10 seconds with your back "
                "level."
            ),
            moves=True,
        ),
    },
    "LB-08": {
        1: Shown(
            "lb-08-1",
            _(
                "Lie on your back, your knees up, your feet flat, your belly gently braced. Your arms rest beside "
                "you. Slide your {side} heel a small way away from you along the mat, then back. Your {other} foot "
                "stays flat."
            ),
            moves=True,
        ),
        2: Shown(
            "lb-08-2",
            _(
                "Lie on your back, your knees up, your feet flat, your belly gently braced. Your arms rest beside "
                "you. Slide your {side} heel away from you along the mat until the leg is long, then back. Your "
                "{other} foot stays flat."
            ),
            moves=True,
        ),
        3: Shown(
            "lb-08-3",
            _(
                "Lie on your back, your knees up, your feet flat, your belly gently braced. Lift your {side} foot "
                "off the mat, the knee bent to 90 degrees, then raise your {other} arm straight up too. Your {other} "
                "foot stays flat. Lower both."
            ),
            moves=True,
        ),
    },
    "NE-01": {
        1: Shown(
            "ne-01-1",
            _(
                "Sit tall on a chair, your hands behind your back. Slide your {side} foot forward along the floor "
                "while you look up. Slide it back while you look down. Move smoothly."
            ),
            moves=True,
        ),
        2: Shown(
            "ne-01-2",
            _(
                "Sit tall on a chair, your hands behind your back. Straighten your {side} knee while you look up. "
                "Bend it while you look down. Move smoothly."
            ),
            moves=True,
        ),
        3: Shown(
            "ne-01-3",
            _(
                "Sit tall on a chair, your hands behind your back. Straighten your {side} knee while you look up, "
                "and bend the ankle up at the easy end. Bend the knee while you look down. Move smoothly."
            ),
            moves=True,
        ),
    },
    "NE-02": {
        1: Shown(
            "ne-02-1",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Hold behind your {side} thigh with both "
                "hands. Straighten the {side} knee a small way as the toes point away, then bend it as the toes "
                "pull up toward you."
            ),
            moves=True,
        ),
        2: Shown(
            "ne-02-2",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Hold behind your {side} thigh with both "
                "hands, the thigh upright. Straighten the {side} knee as the toes point away, then bend it as the "
                "toes pull up toward you."
            ),
            moves=True,
        ),
        3: Shown(
            "ne-02-3",
            _(
                "Lie on your back, your {other} knee up and its foot flat. Hold behind your {side} thigh with both "
                "hands, the thigh upright. Straighten the {side} knee as the toes point away, then bend it as the "
                "toes pull up toward you, both in a bigger range."
            ),
            moves=True,
        ),
    },
    "NE-03": {
        2: Shown(
            "ne-03-2",
            _(
                "Only with the therapist beside you, never at home. Sitting on a chair, back rounded, chin down, "
                "hands behind the back, the {side} knee straightened and the ankle pulled up."
            ),
        ),
    },
    "SM-01": {
        1: Shown(
            "sm-01-1",
            _(
                "Stand with your back to a wall, your knees a little bent. Put a soft ball between your {side} "
                "buttock and the wall and lean on it until it is pleasant or delicious. After 20 seconds roll 2 "
                "centimetres further."
            ),
        ),
        2: Shown(
            "sm-01-2",
            _(
                "Stand with your back to a wall, your knees a little bent. Put a ball between your {side} buttock "
                "and the wall and lean on it until it is pleasant or delicious. After 20 seconds roll 2 centimetres "
                "further."
            ),
        ),
        3: Shown(
            "sm-01-3",
            _(
                "Sit on a chair with a firmer ball under your {side} buttock, beside the sit bone, not under it. "
                "Your hands help to carry your weight. After 20 seconds roll 2 centimetres further."
            ),
        ),
    },
    "CA-01": {
        1: Shown(
            "ca-01-1",
            _(
                "Stand facing a wall, both hands on it. Put your {side} foot back by a short step, the {other} foot "
                "stays in front. The {side} knee is straight, the {side} heel stays down."
            ),
        ),
        2: Shown(
            "ca-01-2",
            _(
                "Stand facing a wall, both hands on it, your {other} foot in front. Step back with your {side} "
                "foot. Its knee is straight, press its heel down."
            ),
        ),
        3: Shown(
            "ca-01-3",
            _(
                "Stand facing a wall, both hands on it, your {other} foot in front. Step back with your {side} "
                "foot, its heel down: first with the knee straight, then the same with the knee slightly bent."
            ),
            moves=True,
        ),
    },
    "AD-01": {
        1: Shown(
            "ad-01-1",
            _(
                "Lie on your back, your knees bent, the soles of your feet together, a high pillow at each side. Let "
                "both knees fall out onto the pillows. Your arms rest beside you."
            ),
        ),
        2: Shown(
            "ad-01-2",
            _(
                "Lie on your back, your knees bent, the soles of your feet together, a pillow at each side. Let both "
                "knees fall out onto the pillows. Your arms rest beside you."
            ),
        ),
        3: Shown(
            "ad-01-3",
            _(
                "Lie on your back, your knees bent, the soles of your feet together, a low pillow at each side. Let "
                "both knees fall out onto the pillows. Your arms rest beside you."
            ),
        ),
    },
    "BR-01": {
        1: Shown(
            "br-01-2",
            _(
                "Lie on your back with your knees up, or rest in any easy position, one hand on your belly. Breathe "
                "in while you count to 3 and feel your belly rise, breathe out while you count to 4."
            ),
        ),
        2: Shown(
            "br-01-2",
            _(
                "Lie on your back with your knees up, or rest in any easy position, one hand on your belly. Breathe "
                "in while you count to 4 and feel your belly rise, breathe out while you count to 6."
            ),
        ),
        3: Shown(
            "br-01-2",
            _(
                "Lie on your back with your knees up, or rest in any easy position, one hand on your belly. Breathe "
                "in while you count to 4 and feel your belly rise, breathe out while you count to 8 if that is "
                "easy."
            ),
        ),
    },
    "BR-02": {
        1: Shown(
            "br-02-1",
            _(
                "Lie on your side, your hips and knees bent, one leg on the other, a pillow between your knees and "
                "another under your head. Your upper hand rests in front of you. Rest and breathe."
            ),
        ),
        2: Shown(
            "br-02-2",
            _(
                "Lie on your back on the floor, your calves on the seat of a chair, hips and knees bent to 90 "
                "degrees, your arms beside you. Rest and breathe. To get up, roll onto your side first."
            ),
        ),
    },
    "BR-03": {
        1: Shown(
            "br-03-1",
            _(
                "Set a timer. When it rings, stay on your chair, your feet flat, your hands on your thighs, and "
                "shift your weight over to one buttock, then to the other."
            ),
            moves=True,
        ),
        2: Shown(
            "br-03-2",
            _(
                "Set a timer. When it rings, stand up and walk ten steps. Then squeeze your buttocks five times, "
                "easily, as if to hold something in your back pockets."
            ),
            moves=True,
        ),
        3: Shown(
            "br-03-3",
            _("Set a timer. When it rings, stand up and walk for 5 minutes."),
        ),
    },
}
