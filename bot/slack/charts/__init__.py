"""Charts as PNG with their words: what a picture shows is also said, for who cannot see it."""

from bot.slack.charts.alt import MOST_ALT as MOST_ALT
from bot.slack.charts.bars import MOST_BARS as MOST_BARS
from bot.slack.charts.bars import bar as bar
from bot.slack.charts.bars import stacked as stacked
from bot.slack.charts.chart import Chart as Chart
from bot.slack.charts.graph import MOST_NODES as MOST_NODES
from bot.slack.charts.graph import graph as graph
from bot.slack.charts.lines import line as line
from bot.slack.charts.path import path as path
from bot.slack.charts.radar import RadarEntry as RadarEntry
from bot.slack.charts.radar import radar as radar
from bot.slack.charts.sketch import SKETCH as SKETCH
from bot.slack.charts.sketch import Sketch as Sketch
from bot.slack.charts.sketch import draw as draw
from bot.slack.charts.sketch import sketch_bar as sketch_bar
from bot.slack.charts.sketch import sketch_graph as sketch_graph
from bot.slack.charts.sketch import sketch_line as sketch_line
from bot.slack.charts.sketch import sketch_path as sketch_path
from bot.slack.charts.sketch import sketch_radar as sketch_radar
from bot.slack.charts.sketch import sketch_stacked as sketch_stacked
