"""Change a layout by hand: moves with reasons, a journal that undoes and branches, figures that follow every move."""
