"""The picture of the body: the tool that draws it, and what it drew (body.json)."""
