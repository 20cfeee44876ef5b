"""The timeline under the views, and the controls that play and step."""
