"""Literal tables of clinical reference 3.2, 4.2, 4.9 and 4.10, copied once; the tests hold the catalogues to them."""

#: 3.2: code | side | results | sens | spec | LR+ | LR−. "as above" is written out; "+ REG" is R_WHERE, "choice" R_MOVE,
#: seconds, count and cm are the unit.
TESTS = """
T_SLR | LR | R_PAIN R_ANGLE R_WHERE | 0.92 (surgical pool) | 0.28 | 1.28 [CALC] | 0.29 [CALC]
T_SLR_DGS | LR | R_PAIN R_ANGLE R_WHERE | 0.15 | 0.95 | 3.20 | 0.90
T_XSLR | LR | R_PAIN | 0.28 | 0.90 | 2.8 [CALC] | 0.80 [CALC]
T_SLUMP | LR | R_PAIN | 0.84 | 0.83 | 4.9 [CALC] | 0.19 [CALC]
T_FAIR | LR | R_PAIN | 0.88 | 0.83 | 5.2 | 0.14
T_FREIB | LR | R_PAIN | – | – | – | –
T_PACE | LR | R_PAIN | – | – | – | –
T_BEATTY | LR | R_PAIN | – | – | – | –
T_SPS | LR | R_PAIN | 0.52 | 0.90 | 5.22 | 0.53
T_APIR | LR | R_PAIN | 0.78 | 0.80 | 3.90 | 0.27
T_SPS_OR_APIR | LR | derived | 0.91 | 0.80 | 4.57 | 0.11
T_HCLK | LR | R_PAIN | 1.00 | 0.60 | 2.5 [CALC] | 0 [CALC]
T_FABER | LR | R_PAIN R_WHERE cm | – | – | – | –
T_FADIR | LR | R_PAIN R_WHERE | – | – | – | –
T_SIJ_DIST | LR | R_PAIN | – | – | – | –
T_SIJ_THIGH | LR | R_PAIN | – | – | – | –
T_SIJ_COMP | LR | R_PAIN | – | – | – | –
T_SIJ_SAC | M | R_PAIN | – | – | – | –
T_SIJ_GAEN | LR | R_PAIN | – | – | – | –
T_SIJ_3OF5 | LR | derived | 0.91–0.94 | 0.78 | 4.1–4.3 | 0.08–0.12
T_PLE | M | R_PAIN | 0.84 | 0.90 | 8.84 | 0.18 [CALC]
T_SILL | M | R_YN | 0.81 | 0.89 | 7.5 [CALC] | 0.21 [CALC]
T_PIT | M | R_PAIN | 0.71 | 0.57 | 1.65 [CALC] | 0.51 [CALC]
T_TREND | LR | R_YN R_PAIN s | 0.38–1.00 | 0.97–1.00 | high | –
T_THOMAS | LR | R_ANGLE | 0.32 | 0.57 | – | –
T_OBER | LR | R_PAIN R_ANGLE | – | – | – | –
T_IRPRONE | LR | R_ANGLE | – | – | – | –
T_HEEL | LR | R_YN | – | – | – | –
T_TOE | LR | times | – | – | – | –
T_EHL | LR | R_STR | – | – | – | –
T_SENS | LR | R_YN R_WHERE | 0.61 | 0.63 | 1.65 [CALC] | 0.62 [CALC]
T_FLEX | M | R_MOVE | – | – | – | –
T_EXT | M | R_MOVE | – | – | – | –
T_ROMB | M | R_YN | – | – | 13 / 4.2 | –
T_PULSE | LR | R_YN | – | – | – | –
T_CALF | LR | cm | – | – | – | –
T_PALP_NOTCH | LR | R_TENDER | – | – | – | –
T_PALP_TROCH | LR | R_TENDER | – | – | – | –
T_PALP_ISCH | LR | R_TENDER | – | – | – | –
T_PALP_L2S1 | M | R_TENDER | – | – | – | –
T_ERREST | LR | R_YN | – | – | – | –
"""

#: 3 and 3.2: tests that a row says are not done with an entry, or whose position the entry's bans rule out.
NOT_WITH = """
T_FAIR | L_THR_POST C_THR_OLD
T_FREIB | L_THR_POST
T_BEATTY | L_THR_POST
T_SPS | L_THR_POST C_THR_OLD
T_HCLK | L_THR_POST L_THR_ANT
T_FABER | L_THR_ANT
T_FADIR | L_THR_POST C_THR_OLD
T_SIJ_SAC | C_OSTEO A_INSUFF C_SPL_LOW A_SPL_HIGH A_SPL_UNK A_SPL_NEURO
T_SIJ_GAEN | C_SPL_LOW A_SPL_HIGH A_SPL_UNK A_SPL_NEURO L_THR_POST L_THR_ANT
T_PLE | C_SPL_LOW A_SPL_HIGH A_SPL_UNK A_SPL_NEURO
T_THOMAS | L_THR_POST L_THR_ANT
T_OBER | L_GTPS L_THR_POST L_THR_ANT
T_IRPRONE | L_THR_POST L_THR_ANT
T_EXT | C_SPL_LOW A_SPL_HIGH A_SPL_UNK A_SPL_NEURO
"""

#: 4.2: codes | regions.
STRUCTURES = """
MUS_PIR MUS_DEEP6 | BTM
MUS_GEMS MUS_OBI MUS_GEMI MUS_OBE MUS_QF | BTM BTL
MUS_GMAX | BTU BTM BTL
MUS_GMED MUS_GMIN | BTU HPL
MUS_TFL MUS_ITB | HPF THO
MUS_QL | LBK FLK
MUS_ES | LBK
MUS_MULT | LBK SAC
MUS_LATS MUS_TLF | LBK MBK
MUS_ILPS | HPF ABD
MUS_RF MUS_QUAD | THF
MUS_HAM_BF MUS_HAM_ST MUS_HAM_SM | BTL THB
MUS_ADD MUS_ADDM | THI
MUS_GRAC MUS_SART | THI THF
MUS_GAST MUS_SOL | CLF
MUS_POP | KNB
MUS_PER | LLO
MUS_TA | SHN
MUS_FOOT | FTS
LIG_ST LIG_SS LIG_SI | SAC BTL
NRV_SCI | BTM BTL THB
MUS_DIA | CHE ABD
"""

#: 4.9: code | position | healthy range | flagged below | above | from this side difference on | measuring error.
#: Where the reference gives two values of an error the larger stands here.
RANGES = """
ROM_HIP_IR90 | CHAIR | 30 40 | 20 | – | 10 | 5.4
ROM_HIP_IR0 | PRONE | – | – | – | 10 | 6
ROM_HIP_ER90 | CHAIR | 40 60 | 30 | – | – | 6
ROM_HIP_ER0 | PRONE | – | – | – | 10 | 6
ROM_HIP_FLEX | SUPINE | 110 120 | 100 | – | – | 6
ROM_HIP_EXT | SIDE SUPINE | 10 15 | 0 | – | – | 4.2
ROM_HIP_ABD | SUPINE | 30 50 | – | – | – | –
ROM_HIP_ADD | SUPINE | 20 30 | – | – | – | –
ROM_SLR | SUPINE | 70 90 | 60 | – | 10 | 6
ROM_AKE | SUPINE | 0 20 | – | 30 | – | 5
ROM_LFLEX | – | 0 10 | – | – | – | 4
ROM_FABER_H | SUPINE | – | – | – | – | –
"""

#: 4.10: code | range | better | points | percent | recovered | measuring error.
OUTCOMES = """
NPRS | 0 10 | down | 2 | 30 | 0 | –
VAS_LEG | 0 100 | down | 30.4 | – | 17.5 | –
RMDQ24 | 0 24 | down | 5 | 30 | 2 | –
RMDQ23 | 0 23 | down | 6.9 | – | – | –
ODI | 0 100 | down | 10 | 30 | – | –
SBI | 0 24 | down | 5.3 | – | 6.5 | 5.3
SFI | 0 24 | down | – | – | – | 6.5
LBS | 0 24 | down | – | – | – | –
PSFS | 0 10 | up | 2 | – | – | 3
LEFS | 0 80 | up | 9 | – | – | 9
PROMIS | 0 100 | – | – | – | – | –
GROC | -3 3 | up | 2 | – | – | –
REFER | 0 6 | down | 1 | – | 1 | –
SITTING | 0 1440 | up | 10 | 30 | – | –
"""
