"""What each option of a recipe means, in one sentence; English msgids, spoken when they are shown."""

from __future__ import annotations

from nahraum.base.language import gettext_noop as _

#: class name -> what the step does
STEPS = {
    "Recipe": _("The index: its name, what a high value means and what it is put together from."),
    "Node": _("One indicator or one group of the index."),
    "Select": _("Choose the areas that take part."),
    "Exclusion": _("Leave an area out by name, with the reason that is printed."),
    "Treat": _("Keep single extreme values from ruling an indicator."),
    "Impute": _("Say what happens where a value is missing."),
    "Normalise": _("Make values of different units comparable."),
    "Aggregate": _("Put indicators together to groups, and groups to the index."),
    "RollUp": _("Carry the index to larger areas."),
    "Round": _("Round the index."),
    "Classify": _("Put the areas into classes."),
    "ProfileRule": _("Say when an area counts as deviating from the city."),
    "RobustnessSpec": _("Say what is varied to see how firm ranks and classes are."),
}

#: class name -> what the step is called in a form
TITLES = {
    "Recipe": _("Index"),
    "Node": _("Indicator or group"),
    "Select": _("Choice of areas"),
    "Exclusion": _("Area left out"),
    "Treat": _("Outliers"),
    "Impute": _("Missing values"),
    "Normalise": _("Normalising"),
    "Aggregate": _("Putting together"),
    "RollUp": _("Carrying to larger areas"),
    "Round": _("Rounding"),
    "Classify": _("Classes"),
    "ProfileRule": _("Deviation profile"),
    "RobustnessSpec": _("Robustness"),
}

#: choice that the robustness runs vary -> words
VARIED = {
    "weights": _("weights"),
    "scale": _("unit of the deviations"),
    "method": _("way of summing up"),
    "leave_out": _("leaving out"),
    "small_counts": _("chance in small counts"),
}

#: class name -> field -> what it does
FIELDS: dict[str, dict[str, str]] = {
    "Recipe": {
        "id": _("Short name of the index in files and addresses."),
        "name": _("Name of the index for readers."),
        "preset": _("A published recipe that the steps come from."),
        "high_is": _("What a high value of the index means."),
        "tree": _("Which indicators count, in which groups."),
        "steps": _("What is done, step after step."),
    },
    "Node": {
        "id": _("The indicator, or a short name of the group."),
        "name": _("Name for readers."),
        "weight": _("How much it counts beside the others of its group."),
        "children": _("What the group is put together from."),
    },
    "Select": {
        "population": _("The variable that counts the inhabitants."),
        "min_inhabitants": _("Areas with fewer inhabitants are left out; 0 leaves nobody out."),
        "flag_below": _("Areas with fewer inhabitants stay in and are flagged as small."),
        "exclude": _("Areas that are left out by name, each with its reason."),
    },
    "Exclusion": {
        "area": _("The area that is left out."),
        "reason": _("Why it is left out; the reason is printed."),
        "period": _("The period it is left out in; empty means every period."),
    },
    "Treat": {
        "method": _("How outliers are treated."),
        "skewness": _("Skewness above which an indicator is treated, if its kurtosis is high as well."),
        "kurtosis": _("Kurtosis above which an indicator is treated, if its skewness is high as well."),
        "max_points": _("At most so many values of an indicator are changed."),
        "over": _("Whether each period is looked at alone or all together."),
    },
    "Impute": {
        "method": _("What happens where a value is missing."),
        "min_share": _("Share of a group's indicators that an area must have to get a score."),
        "indicators": _("Indicators whose gaps are estimated; empty means all that have gaps."),
        "terms": _(
            "What a missing value is estimated from: 1, indicators, year, area_mean, their powers and products."
        ),
        "floor": _("Estimates below this number are set to it; empty means no limit."),
    },
    "Normalise": {
        "level": _("The level of the index: 0 means the indicators, 1 their groups."),
        "centre": _("What a value is compared with."),
        "scale": _("What the distance is measured in."),
        "weight": _("The variable that weights means of ready-made values; rates use their denominator."),
        "over": _("Whether each period is measured by itself or all together."),
        "reference": _(
            "One period by which all are measured, so that change stays visible; empty means each by itself."
        ),
        "low": _("Lowest value after stretching."),
        "high": _("Highest value after stretching."),
        "nodes": _("Only these indicators or groups are measured so; empty means all of the level."),
        "centres": _("Single indicators that are compared with something else."),
    },
    "Aggregate": {
        "level": _("The level that is made: 1 means groups of indicators, the highest is the index."),
        "method": _("How several values become one."),
        "weights": _("Where the weights come from."),
        "anchor": _("The indicator that decides which way a principal component points."),
        "scaling": _("What indicators are measured in inside a principal component analysis."),
        "over": _("Whether each period is analysed alone or all together."),
    },
    "RollUp": {
        "to": _("The level of areas that the index is carried to."),
        "weight": _("The variable whose numbers weight the areas."),
    },
    "Round": {"digits": _("Decimal places of the index.")},
    "Classify": {
        "id": _("Short name of the classes."),
        "name": _("Name of the classes for readers."),
        "node": _("The group that is put into classes; empty means the whole index."),
        "method": _("How the limits between classes are found."),
        "cuts": _("The limits between classes, in ascending order."),
        "closed": _("Which class an area belongs to that lies exactly on a limit: right means the lower one."),
        "count": _("How many classes there are, where the limits are found."),
        "type": _("How quantiles are interpolated: type 7 as in most programs, type 9 as for the GISD."),
        "fuzz": _("Whether quantiles tolerate rounding as the program R does."),
        "over": _("Whether each period gets its own limits or all the same."),
        "labels": _("Words for the classes, from the lowest to the highest."),
    },
    "ProfileRule": {
        "limits": _("Deviations in standard deviations that are counted and shown."),
        "strong": _("An area deviates strongly if the mean deviation of a Lebenslage reaches this."),
        "frequent": _(
            "An area deviates frequently if at least so many indicators do; 0 means half of them, at most five."
        ),
        "beyond": _("An indicator deviates if it lies further from the city than this."),
        "side": _("Whether only burdens count or deviations either way."),
        "indicators": _("Indicators that count for strong and frequent; empty means those of the index."),
        "period": _("The period that is looked at; empty means the latest."),
    },
    "RobustnessSpec": {
        "runs": _("How often the index is computed with other choices."),
        "seed": _("Start of the random numbers; the same number gives the same result."),
        "weights": _("How far each weight is varied: 0.25 means by up to a quarter."),
        "scales": _("Other ways of measuring distances that are tried."),
        "methods": _("Other ways of putting indicators together that are tried."),
        "leave_out": _("Whether one indicator or group at a time is left out."),
        "small_counts": _("Whether counts are drawn anew from what chance allows."),
        "period": _("The period that is tested; empty means the latest."),
    },
}

#: values of choices -> words; the same word stands for the same thing everywhere
CHOICES = {
    "bad": _("burdens accumulate"),
    "good": _("conditions are favourable"),
    "none": _("nothing"),
    "mean": _("mean of the areas"),
    "weighted_mean": _("mean of the areas, weighted by people"),
    "city_rate": _("value of the whole city"),
    "official": _("officially published value of the city"),
    "median": _("the area in the middle (median)"),
    "population_sd": _("standard deviation of the areas"),
    "sample_sd": _("standard deviation of a sample (n − 1)"),
    "weighted_mean_absolute_deviation": _("mean absolute deviation, weighted by people"),
    "mad": _("median absolute deviation; extreme values hardly count"),
    "iqr": _("distance between the quartiles"),
    "min_max": _("stretched from the lowest to the highest value"),
    "rank": _("rank"),
    "percentile_rank": _("percentile rank, 0 to 100"),
    "exponential": _("exponential rank, which stresses the top end (English IMD)"),
    "sum": _("weighted sum"),
    "arithmetic": _("weighted mean; strengths make up for weaknesses"),
    "geometric": _("geometric mean; strengths make up only in part"),
    "minimum": _("lowest value; nothing makes up for it"),
    "first_component": _("first principal component"),
    "equal": _("all equal"),
    "given": _("as given"),
    "pca": _("from a principal component analysis"),
    "winsorise": _("set extreme values to the next ones"),
    "box_cox": _("bend the whole indicator (Box-Cox)"),
    "omit": _("count what is there"),
    "domain_mean": _("mean of the area's other indicators in the group"),
    "regression": _("estimate from other values"),
    "cuts": _("fixed limits"),
    "quantiles": _("classes with equally many areas, by value"),
    "jenks": _("natural breaks (Jenks)"),
    "right": _("lower class"),
    "left": _("upper class"),
    "period": _("each period alone"),
    "all": _("all periods together"),
    "unfavourable": _("burdens only"),
    "both": _("either way"),
    "7": _("type 7"),
    "9": _("type 9"),
}

#: where a word means something else in one place
OTHER_CHOICES = {
    ("Treat", "method", "none"): _("leave them as they are"),
    ("Classify", "method", "rank"): _("groups of equal size by rank"),
    ("Classify", "method", "equal"): _("classes of equal width"),
    ("Normalise", "scale", "none"): _("the indicator's own unit"),
}
