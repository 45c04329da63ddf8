{#
  Which reports may be of one issue. Reports of one place within some days are held against each other; what they say counts by
  how rarely it is said, and the score is the share of true pairs among pairs as alike as this one:

      score = expected / (expected + chance)

  `expected`: how many other reports of the same issue a report usually has (setting `expected_repeats`).
  `chance`: how many reports of this place and these days would be as alike by chance: their number times the share of
  texts that are as alike, measured on pairs of texts drawn without regard to place and day.

  Texts are alike by the weights of the pairs of signs and the numbers that they share (Dice); a weight is the logarithm of how
  rare the piece is. Two texts that both name numbers, but none in common, are of different places. Reports without a
  text are held against others by category and distance.

  reports: a relation with department_code, report_id (bigint, unique), ledger, report_no, reported_on, station_code, district_code,
    category, longitude, latitude, plain_text (signs that tell nothing are taken out; null where there is none).
  settings: a relation with setting and value (seeds.same_issue_settings).

  Gives the CTEs that end in `same_issue_pairs`: department_code, report_id, other_id, distance_m, place_kind,
  similarity, chance, score. `report_id` is the smaller of the two.
#}
{% macro same_issue_ctes(reports, settings) -%}
    set_as as {{ computed_once() }} (
        select
            cast(max(value) filter (where setting = 'window_days') as integer) as window_days,
            cast(max(value) filter (where setting = 'distance_m') as double) as distance_m,
            cast(max(value) filter (where setting = 'expected_repeats') as double) as expected_repeats,
            cast(max(value) filter (where setting = 'least_score') as double) as least_score,
            cast(max(value) filter (where setting = 'least_similarity') as double) as least_similarity,
            cast(max(value) filter (where setting = 'rare_pieces') as integer) as rare_pieces,
            cast(max(value) filter (where setting = 'choices') as double) as choices,
            cast(max(value) filter (where setting = 'background_texts') as integer) as background_texts
        from {{ settings }}
    ),

    -- Where `chance` reaches this, the score is below the least that is told: such reports need not be compared.
    bounds as {{ computed_once() }} (
        select
            *,
            expected_repeats * (1 / least_score - 1) as most_chance
        from set_as
    ),

    texts as {{ computed_once() }} (
        select
            department_code,
            plain_text,
            row_number() over (order by department_code, plain_text) as text_id,
            count(*) as said,
            sum(count(*)) over (partition by department_code) as said_in_all
        from {{ reports }}
        where {{ is_computed_once() }} and plain_text is not null
        group by department_code, plain_text
    ),

    pieces as {{ computed_once() }} (
        select distinct
            department_code,
            text_id,
            {{ each_of(pieces_of('plain_text')) }} as piece
        from texts
    ),

    weights as {{ computed_once() }} (
        select
            pieces.department_code,
            pieces.piece,
            row_number() over (order by pieces.department_code, pieces.piece) as piece_id,
            pieces.piece between '0' and '9~' as is_number,
            sum(texts.said) as said,
            -ln(sum(texts.said) / any_value(texts.said_in_all)) as weight
        from pieces
        inner join texts on pieces.text_id = texts.text_id
        where {{ is_computed_once() }}
        group by pieces.department_code, pieces.piece
    ),

    weighed as {{ computed_once() }} (
        select
            pieces.text_id,
            weights.piece_id,
            weights.is_number,
            weights.said,
            weights.weight
        from pieces
        inner join weights on pieces.department_code = weights.department_code and pieces.piece = weights.piece
        where {{ is_computed_once() }}
    ),

    text_weights as {{ computed_once() }} (
        select
            weighed.text_id,
            sum(weighed.weight) as weight,
            bool_or(weighed.is_number) as has_number,
            {{ rarest_pieces('weighed', 'set_as.rare_pieces', where='weighed.said > 1') }} as rarest
        from weighed
        cross join set_as
        where {{ is_computed_once() }}
        group by weighed.text_id, set_as.rare_pieces
    ),

    -- Every report once for each place it belongs to. The district is the place where one of two has no station.
    places as {{ computed_once() }} (
        select
            reports.department_code,
            reports.report_id,
            reports.reported_on,
            reports.station_code is not null as has_station,
            kinds.place_kind,
            case when kinds.place_kind = '站点' then reports.station_code else reports.district_code end as place,
            texts.text_id,
            texts.said / texts.said_in_all as text_share,
            texts.said_in_all
        from {{ reports }} as reports
        inner join texts
            on reports.department_code = texts.department_code and reports.plain_text = texts.plain_text
        cross join (values ('站点'), ('区')) as kinds (place_kind)
        where
            {{ is_computed_once() }}
            and case when kinds.place_kind = '站点' then reports.station_code else reports.district_code end is not null
    ),

    -- How many reports of a place fall within the days around one: by all of a year, since single weeks scatter.
    crowds as {{ computed_once() }} (
        select
            places.department_code,
            places.place_kind,
            places.place,
            extract(year from places.reported_on) as reported_in,
            count(*) * (2 * any_value(set_as.window_days) + 1) / 365e0 as around_count
        from places
        cross join set_as
        group by places.department_code, places.place_kind, places.place, extract(year from places.reported_on)
    ),

    comparable as {{ computed_once() }} (
        select
            places.*,
            crowds.around_count
        from places
        inner join crowds
            on
                places.department_code = crowds.department_code
                and places.place_kind = crowds.place_kind
                and places.place = crowds.place
                and extract(year from places.reported_on) = crowds.reported_in
        cross join bounds
        where {{ is_computed_once() }} and crowds.around_count * places.text_share < bounds.most_chance
    ),

    with_pieces as {{ computed_once() }} (
        select
            comparable.*,
            cast(
                floor({{ dbt.datediff("cast('2000-01-01' as date)", 'comparable.reported_on', 'day') }} / (set_as.window_days + 1)) as integer
            ) as window_no,
            {{ each_of('text_weights.rarest') }} as rare_piece
        from comparable
        inner join text_weights on comparable.text_id = text_weights.text_id
        cross join set_as
        where {{ is_computed_once() }}
    ),

    -- A piece that many of a place name within these days would pair everybody with everybody.
    keyed as {{ computed_once() }} (
        select
            department_code,
            report_id,
            reported_on,
            has_station,
            place_kind,
            place,
            text_id,
            said_in_all,
            around_count,
            window_no,
            rare_piece.piece_id as piece_id
        from with_pieces
        where {{ is_computed_once() }} and around_count * rare_piece.said / said_in_all < 5e-1
    ),

    later_ones as {{ computed_once() }} (
        select
            keyed.department_code,
            keyed.report_id,
            keyed.reported_on,
            keyed.has_station,
            keyed.place_kind,
            keyed.place,
            keyed.text_id,
            keyed.around_count,
            keyed.piece_id,
            keyed.window_no - steps.step as window_no
        from keyed
        cross join (values (-1), (0), (1)) as steps (step)
        where {{ is_computed_once() }} and (keyed.place_kind = '站点' or not keyed.has_station)
    ),

    alike_reports as {{ computed_once() }} (
        select distinct
            one.department_code,
            one.place_kind,
            least(one.report_id, other.report_id) as report_id,
            greatest(one.report_id, other.report_id) as other_id,
            case when one.report_id < other.report_id then one.text_id else other.text_id end as text_id,
            case when one.report_id < other.report_id then other.text_id else one.text_id end as other_text_id,
            one.said_in_all,
            greatest(one.around_count, other.around_count) as around_count
        from keyed as one
        inner join later_ones as other
            on
                one.department_code = other.department_code
                and one.place_kind = other.place_kind
                and one.place = other.place
                and one.piece_id = other.piece_id
                and one.window_no = other.window_no
        cross join set_as
        where
            {{ is_computed_once() }}
            and abs({{ dbt.datediff('one.reported_on', 'other.reported_on', 'day') }}) <= set_as.window_days
            and (one.report_id < other.report_id or (one.has_station and not other.has_station))
    ),

    text_pairs as {{ computed_once() }} (
        select distinct
            text_id,
            other_text_id
        from alike_reports
        where {{ is_computed_once() }}
    ),

    likeness as {{ computed_once() }} (
        select
            text_pairs.text_id,
            text_pairs.other_text_id,
            one.has_number and other.has_number and not bool_or(mine.is_number) as is_elsewhere,
            -- Rounded: in which order an engine adds up must not tell equal texts from others.
            round(2 * sum(mine.weight) / any_value(one.weight + other.weight), 9) as similarity,
            {{ rarest_pieces('mine', 3) }} as rarest
        from text_pairs
        inner join weighed as mine on text_pairs.text_id = mine.text_id
        inner join weighed as theirs on text_pairs.other_text_id = theirs.text_id and mine.piece_id = theirs.piece_id
        inner join text_weights as one on text_pairs.text_id = one.text_id
        inner join text_weights as other on text_pairs.other_text_id = other.text_id
        where {{ is_computed_once() }}
        group by text_pairs.text_id, text_pairs.other_text_id, one.has_number, other.has_number
    ),

    -- The three rarest pieces that two texts share, and how many reports have all of them: counted, since pieces come together.
    alike_texts as {{ computed_once() }} (
        select
            likeness.text_id,
            likeness.other_text_id,
            likeness.similarity,
            {{ piece_at('likeness.rarest', 1) }} as first_piece,
            coalesce({{ piece_at('likeness.rarest', 2) }}, {{ piece_at('likeness.rarest', 1) }}) as second_piece,
            coalesce({{ piece_at('likeness.rarest', 3) }}, {{ piece_at('likeness.rarest', 1) }}) as third_piece
        from likeness
        cross join set_as
        where {{ is_computed_once() }} and not likeness.is_elsewhere and likeness.similarity >= set_as.least_similarity
    ),

    drawn as {{ computed_once() }} (
        select
            texts.text_id,
            texts.said,
            texts.said_in_all / sum(texts.said) over (partition by texts.department_code) as all_per_drawn
        from texts
        cross join set_as
        where {{ is_computed_once() }}
        qualify
            row_number() over (partition by texts.department_code order by md5(texts.plain_text), texts.text_id)
            <= set_as.background_texts
    ),

    drawn_pieces as {{ computed_once() }} (
        select
            drawn.text_id,
            drawn.said * drawn.all_per_drawn as said,
            array_agg(weighed.piece_id) as piece_ids
        from drawn
        inner join weighed on drawn.text_id = weighed.text_id
        where {{ is_computed_once() }}
        group by drawn.text_id, drawn.said * drawn.all_per_drawn
    ),

    together as {{ computed_once() }} (
        select
            asked.first_piece,
            asked.second_piece,
            asked.third_piece,
            sum(drawn_pieces.said) as said
        from (select distinct first_piece, second_piece, third_piece from alike_texts) as asked
        inner join weighed on asked.first_piece = weighed.piece_id
        inner join drawn_pieces on weighed.text_id = drawn_pieces.text_id
        where
            {{ is_computed_once() }}
            and array_contains(drawn_pieces.piece_ids, asked.second_piece)
            and array_contains(drawn_pieces.piece_ids, asked.third_piece)
        group by asked.first_piece, asked.second_piece, asked.third_piece
    ),

    by_text as {{ computed_once() }} (
        select
            alike_reports.*,
            cast(null as double) as distance_m,
            alike_texts.similarity,
            -- The two themselves are not chance; half of one where no other was seen. The less of them is shared, the more other pieces might have been.
            alike_reports.around_count
            * (1 + (1 - alike_texts.similarity) * set_as.choices)
            * (greatest(coalesce(together.said, 0) - 2, 0) + 5e-1)
            / alike_reports.said_in_all as chance
        from alike_reports
        inner join alike_texts
            on alike_reports.text_id = alike_texts.text_id and alike_reports.other_text_id = alike_texts.other_text_id
        cross join set_as
        left join together
            on
                alike_texts.first_piece = together.first_piece
                and alike_texts.second_piece = together.second_piece
                and alike_texts.third_piece = together.third_piece
        where {{ is_computed_once() }}
    ),

    -- Reports with a spot on the map: cells of a hundredth of a degree hold about a square kilometre.
    spots as {{ computed_once() }} (
        select
            department_code,
            report_id,
            reported_on,
            category,
            cast(longitude as double) as longitude,
            cast(latitude as double) as latitude,
            cast(floor(longitude * 100) as integer) as cell_x,
            cast(floor(latitude * 100) as integer) as cell_y
        from {{ reports }}
        where longitude is not null and latitude is not null
    ),

    near_spots as {{ computed_once() }} (
        select
            one.department_code,
            '地点' as place_kind,
            least(one.report_id, other.report_id) as report_id,
            greatest(one.report_id, other.report_id) as other_id,
            111320 * sqrt(
                power(one.latitude - other.latitude, 2)
                + power((one.longitude - other.longitude) * cos(radians(one.latitude)), 2)
            ) as distance_m,
            one.category,
            one.cell_x,
            one.cell_y,
            extract(year from one.reported_on) as reported_in
        from spots as one
        cross join (values (-1), (0), (1)) as xs (x)
        cross join (values (-1), (0), (1)) as ys (y)
        inner join spots as other
            on
                one.department_code = other.department_code
                and one.category = other.category
                and one.cell_x + xs.x = other.cell_x
                and one.cell_y + ys.y = other.cell_y
                and one.report_id < other.report_id
        cross join set_as
        where abs({{ dbt.datediff('one.reported_on', 'other.reported_on', 'day') }}) <= set_as.window_days
    ),

    -- Reports of a category in the ten by ten cells around: what falls on one spot within these days by chance.
    spot_crowds as {{ computed_once() }} (
        select
            department_code,
            category,
            floor(cell_x / 10e0) as block_x,
            floor(cell_y / 10e0) as block_y,
            extract(year from reported_on) as reported_in,
            count(*) as report_count
        from spots
        group by department_code, category, floor(cell_x / 10e0), floor(cell_y / 10e0), extract(year from reported_on)
    ),

    by_spot as {{ computed_once() }} (
        select
            near_spots.*,
            spot_crowds.report_count * (2 * set_as.window_days + 1) / 365e0
            * pi() * power(set_as.distance_m, 2) / power(11132, 2) as chance
        from near_spots
        inner join spot_crowds
            on
                near_spots.department_code = spot_crowds.department_code
                and near_spots.category = spot_crowds.category
                and floor(near_spots.cell_x / 10e0) = spot_crowds.block_x
                and floor(near_spots.cell_y / 10e0) = spot_crowds.block_y
                and near_spots.reported_in = spot_crowds.reported_in
        cross join set_as
        where near_spots.distance_m <= set_as.distance_m
    ),

    every_pair as {{ computed_once() }} (
        select
            department_code, report_id, other_id, distance_m, place_kind, similarity, chance
        from by_text
        union all
        select
            department_code, report_id, other_id, distance_m, place_kind, cast(null as double) as similarity,
            chance
        from by_spot
    ),

    same_issue_pairs as {{ computed_once() }} (
        select
            every_pair.*,
            bounds.expected_repeats / (bounds.expected_repeats + every_pair.chance) as score
        from every_pair
        cross join bounds
        where every_pair.chance < bounds.most_chance
        qualify row_number() over (
            partition by every_pair.department_code, every_pair.report_id, every_pair.other_id
            order by every_pair.chance asc, every_pair.place_kind asc
        ) = 1
    )
{%- endmacro %}

{# A text with its digits and Latin letters in half width. #}
{% macro in_half_width(text) -%}
    {%- set wide = (
        "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
        ~ "\uff21\uff22\uff23\uff24\uff25\uff26\uff27\uff28\uff29\uff2a\uff2b\uff2c\uff2d\uff2e\uff2f\uff30\uff31\uff32\uff33\uff34\uff35\uff36\uff37\uff38\uff39\uff3a"
        ~ "\uff41\uff42\uff43\uff44\uff45\uff46\uff47\uff48\uff49\uff4a\uff4b\uff4c\uff4d\uff4e\uff4f\uff50\uff51\uff52\uff53\uff54\uff55\uff56\uff57\uff58\uff59\uff5a"
    ) -%}
    translate({{ text }}, '{{ wide }}', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
{%- endmacro %}

{# The signs of a text that tell something, in one width and case. #}
{% macro plain_text(text) -%}
    {{ return(adapter.dispatch('plain_text')(text)) }}
{%- endmacro %}

{% macro duckdb__plain_text(text) -%}
    nullif(
        regexp_replace(
            lower({{ in_half_width('nfc_normalize(' ~ text ~ ')') }}), '[^\p{Han}a-z0-9]', '', 'g'
        ), ''
    )
{%- endmacro %}

{# One row for each member of a list, in the list of columns. #}
{% macro each_of(list) -%}
    {{ return(adapter.dispatch('each_of')(list)) }}
{%- endmacro %}

{% macro duckdb__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{# The piece at a place of a list of `rarest_pieces`, from 1 on; null where the list is shorter. #}
{% macro piece_at(list, place) -%}
    {{ return(adapter.dispatch('piece_at')(list, place)) }}
{%- endmacro %}

{% macro duckdb__piece_at(list, place) -%}
    {{ list }}[{{ place }}].piece_id
{%- endmacro %}

{# What a text is compared by: its pairs of signs without digits, its numbers, and its numbers with the two signs before them. #}
{% macro pieces_of(text) -%}
    {{ return(adapter.dispatch('pieces_of')(text)) }}
{%- endmacro %}

{% macro duckdb__pieces_of(text) -%}
    list_concat(
        list_filter(
            list_transform(range(1, length({{ text }})), lambda i: substr({{ text }}, i, 2)),
            lambda piece: not regexp_matches(piece, '[0-9]')
        ),
        list_concat(regexp_extract_all({{ text }}, '[0-9]+'), regexp_extract_all({{ text }}, '[^0-9]{2}[0-9]+'))
    )
{%- endmacro %}

{#
  The rarest pieces of a group, as a list of (said, piece_id).

  pieces: alias with said and piece_id.
  most: how many at most.
  where: which of them; all if not said.
#}
{% macro rarest_pieces(pieces, most, where=none) -%}
    {{ return(adapter.dispatch('rarest_pieces')(pieces, most, where)) }}
{%- endmacro %}

{% macro duckdb__rarest_pieces(pieces, most, where) -%}
    list_slice(
        list_sort(
            list({'said': {{ pieces }}.said, 'piece_id': {{ pieces }}.piece_id})
            {%- if where %} filter (where {{ where }}){% endif %}
        ), 1, {{ most }}
    )
{%- endmacro %}
