"""The paper's comparisons, trained and scored again (Wagner and Rohr, MIDL 2022, figure 5 and tables 1 to 3)."""
