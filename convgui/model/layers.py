"""Kinds of layers where programs that were written for the first release look for them; see `convgui.layers`."""

from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample

__all__ = ["ChannelShuffle", "PixelShuffle", "Pool", "ReLU", "Upsample"]
