"""The poses, one module for each way to start. Importing the package registers every picture."""

from sessions.art.poses import kneeling, lying, prone, side, sitting, standing

__all__ = ["kneeling", "lying", "prone", "side", "sitting", "standing"]
