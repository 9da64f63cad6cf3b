"""Families of networks as modules within modules, named as torchvision names them, with any number of blocks and sizes.

Sizes that a family leaves open are what ready networks and files differ in: channels of the input, classes, blocks.
"""
