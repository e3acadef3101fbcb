"""The napari plugin: folders of a sequence read, masks made by a model, corrected labels written."""
